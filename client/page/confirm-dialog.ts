import { element } from './dom.ts';

interface ConfirmDialogOptions {
  question: string;
  explanation: string;
  confirm: string;
  cancel: string;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. Escape, or the first button, leaves everything as it is. */
export function showConfirmDialog(parent: HTMLElement, options: ConfirmDialogOptions): void {
  const { question, explanation, confirm, cancel, onConfirm } = options;
  const onClick = () => {
    dialog.close();
    onConfirm();
  };
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'confirm-question', on: { close: () => dialog.remove() } },
    element('h2', { id: 'confirm-question' }, question),
    element('p', { class: 'quiet' }, explanation),
    element(
      'div',
      { class: 'buttons' },
      element('button', { class: 'plain', type: 'button', on: { click: () => dialog.close() } }, cancel),
      element('button', { class: 'primary', type: 'button', on: { click: onClick } }, confirm),
    ),
  );
  parent.append(dialog);
  dialog.showModal();
}
