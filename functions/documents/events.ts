import { documentId, event } from '../events/event.ts';

/** What is told of documents. */
export const documentEvents = {
  document_approved: event({ document: documentId }, ['서류 확인이 끝났습니다.', 'Your document has been approved.']),
  document_refused: event({ document: documentId }, [
    '서류가 확인되지 않았습니다. 사유를 확인해 주세요.',
    'Your document was not approved. Please read why.',
  ]),
  document_revoked: event({ document: documentId }, [
    '서류의 승인이 취소되었습니다. 사유를 확인하고 새 서류를 올려 주세요.',
    'The approval of a document was withdrawn. Please read why, and hand in a newer one.',
  ]),
  document_expiring: event({ document: documentId }, [
    '서류의 유효기간이 곧 끝납니다. 새 서류를 올려 주세요.',
    'One of your documents is about to expire: please hand in a newer one.',
  ]),
};
