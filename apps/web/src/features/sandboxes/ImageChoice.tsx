import type { ImageName, System } from '@sandglass/protocol';
import { Choice } from '@sandglass/ui';
import { Globe, Monitor, NotebookText, SquareTerminal } from 'lucide-react';

const images = [
  { value: 'desktop', label: 'Desktop', text: 'Screen, browser, shell', icon: <Monitor size={17} /> },
  { value: 'base', label: 'Shell', text: 'Python, Node, git', icon: <SquareTerminal size={17} /> },
  { value: 'browser', label: 'Browser', text: 'Chromium alone', icon: <Globe size={17} /> },
] as const;

/** Built behind the first start; until then nobody misses it. */
const kernels = {
  value: 'code-interpreter',
  label: 'Kernels',
  text: 'Jupyter, numpy, pandas',
  icon: <NotebookText size={17} />,
} as const;

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
  const is = (name: ImageName, ready: boolean) =>
    system?.images.some((each) => each.name === name && each.ready === ready) ?? false;
  const offered = is(kernels.value, true) ? [...images, kernels] : images;
  const options = offered.map((image) =>
    is(image.value, false) ? { ...image, disabled: true, text: 'Not built yet' } : image,
  );
  return <Choice<ImageName> label="Image" value={value} options={options} onChange={onChange} />;
}
