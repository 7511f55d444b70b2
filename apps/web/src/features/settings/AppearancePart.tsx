import { toast } from '@sandglass/ui';
import { askToNotify } from '../../platform/notify.ts';
import { preferences, usePreferences } from '../../platform/preferences.ts';
import { ChoiceRow, Part, SwitchRow } from './Part.tsx';

/** The browser asks the person once; a no is said here, since the switch alone would only stay off. */
async function notify(on: boolean): Promise<void> {
  if (on && (await askToNotify()) !== 'granted') {
    toast.fail('The browser shows no notifications of this page', 'Allow them in its settings for this address.');
    return;
  }
  preferences.change('news', { waits: on });
}

export function AppearancePart() {
  const { appearance, sound, news } = usePreferences();
  return (
    <Part id="appearance" title="Appearance" about="Kept in this browser, the same in all its tabs.">
      <ChoiceRow
        name="Theme"
        about="As the system follows its light, dark and contrast."
        value={appearance.theme}
        segments={[
          { value: 'system', label: 'System' },
          { value: 'dark', label: 'Dark' },
          { value: 'light', label: 'Light' },
          { value: 'contrast', label: 'High contrast' },
        ]}
        onChange={(theme) => preferences.change('appearance', { theme })}
      />
      <ChoiceRow
        name="Density"
        about="Comfortable gives lists and trees more room."
        value={appearance.density}
        segments={[
          { value: 'compact', label: 'Compact' },
          { value: 'comfortable', label: 'Comfortable' },
        ]}
        onChange={(density) => preferences.change('appearance', { density })}
      />
      <ChoiceRow
        name="Motion"
        about="Still: nothing slides or fades, whatever the system says."
        value={appearance.motion}
        segments={[
          { value: 'system', label: 'As the system' },
          { value: 'still', label: 'Still' },
        ]}
        onChange={(motion) => preferences.change('appearance', { motion })}
      />
      <SwitchRow
        name="Sound"
        about="Nothing sounds unless this is on."
        checked={sound.on}
        onChange={(on) => preferences.change('sound', { on })}
      />
      <SwitchRow
        name="When an agent waits"
        about="A notification of the browser, while this page is not in front."
        label="Notify when an agent waits"
        checked={news.waits}
        onChange={(on) => void notify(on)}
      />
    </Part>
  );
}
