import { element, icon } from './dom.ts';
import type { Words } from './words.ts';

interface AccountChangedOptions {
  words: Words;
  /** Of the account that this page was. */
  displayName: string;
  onContinue: () => void;
  onLogIn: () => void;
}

/** Says that somebody else logged in in this browser, and that nothing goes on in this page without a choice. */
export function accountChangedView({ words, displayName, onContinue, onLogIn }: AccountChangedOptions): HTMLElement {
  return element(
    'main',
    { class: 'log-in' },
    element(
      'section',
      { class: 'card', role: 'alertdialog', 'aria-labelledby': 'account-changed', 'aria-describedby': 'why' },
      element('div', { class: 'brand' }, element('span', { class: 'mark' }, icon('bus')), words.title),
      element('h1', { id: 'account-changed' }, words.accountChanged),
      element('p', { class: 'quiet', id: 'why' }, words.accountChangedWhy(displayName)),
      element(
        'div',
        { class: 'choices' },
        element('button', { class: 'primary', type: 'button', on: { click: onContinue } }, words.continueAsOther),
        element('button', { class: 'plain', type: 'button', on: { click: onLogIn } }, words.logInAs(displayName)),
      ),
    ),
  );
}
