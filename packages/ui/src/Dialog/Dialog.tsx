import { Layer, type LayerProps } from '../Layer/Layer.tsx';
import './dialog.css';

export type DialogProps = LayerProps;

/** A modal question in the middle of the page. To ask yes or no use ConfirmDialog, for a form FormDialog. */
export function Dialog(props: DialogProps) {
  return <Layer {...props} className="ui-dialog-dialog" />;
}
