import type { Preview } from '@storybook/react-vite';
import { TooltipProvider } from '../src/index.ts';
import '../src/fonts.css';
import '../src/tokens.css';

const preview: Preview = {
  parameters: { layout: 'padded', controls: { disable: true }, actions: { disable: true } },
  initialGlobals: { theme: 'dark' },
  globalTypes: {
    theme: {
      description: 'Theme',
      toolbar: {
        title: 'Theme',
        icon: 'contrast',
        items: [
          { value: 'dark', title: 'Dark' },
          { value: 'light', title: 'Light' },
          { value: 'contrast', title: 'High contrast' },
        ],
        dynamicTitle: true,
      },
    },
  },
  decorators: [
    (Story, { globals }) => {
      document.documentElement.dataset['theme'] = String(globals['theme']);
      document.documentElement.lang = 'en';
      return (
        <TooltipProvider>
          <Story />
        </TooltipProvider>
      );
    },
  ],
};

export default preview;
