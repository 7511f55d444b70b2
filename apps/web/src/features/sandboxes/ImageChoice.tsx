import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { ImageName, System } from '@sandglass/protocol';
import { Globe, Monitor, SquareTerminal } from 'lucide-react';

const images = [
  { name: 'desktop', label: 'Desktop', text: 'Screen, browser, shell', icon: <Monitor size={17} /> },
  { name: 'base', label: 'Shell', text: 'Python, Node, git', icon: <SquareTerminal size={17} /> },
  { name: 'browser', label: 'Browser', text: 'Headless Chromium', icon: <Globe size={17} /> },
] as const satisfies readonly { name: ImageName; label: string; text: string; icon: unknown }[];

/** Which image to start from; one that is not built yet says so. */
export function ImageChoice({
  value,
  system,
  onChange,
}: {
  value: ImageName;
  system: System | undefined;
  onChange: (image: ImageName) => void;
}) {
  return (
    <RadioGroup
      className="create-images"
      aria-label="Image"
      value={value}
      onValueChange={(next) => onChange(next as ImageName)}
    >
      {images.map((image) => {
        const known = system?.images.find((each) => each.name === image.name);
        const missing = known !== undefined && !known.ready;
        return (
          <Radio.Root
            key={image.name}
            value={image.name}
            disabled={missing}
            className="create-image"
            render={<button type="button" aria-label={image.label} />}
            nativeButton
          >
            {image.icon}
            <b>{image.label}</b>
            <span>{missing ? 'Not built yet' : image.text}</span>
          </Radio.Root>
        );
      })}
    </RadioGroup>
  );
}
