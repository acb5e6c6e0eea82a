/** What an answer with a file's bytes can be; which it is, `answerFile` says. */
export const fileAnswers = {
  200: { description: 'The file', content: '*/*' },
  206: { description: 'The bytes of the `Range`', content: '*/*' },
  304: { description: 'It is the one that `If-None-Match` names' },
} as const;
