import { event, orderId, quoteId, roomId } from '../events/event.ts';

/** What is told of quotes. */
export const quoteEvents = {
  quote_submitted: event({ order: orderId, quote: quoteId }, ['새 견적이 도착했습니다.', 'A new quote has arrived.']),
  quote_selected: event({ order: orderId, quote: quoteId, room: roomId }, [
    '견적이 선택되어 대화방이 열렸습니다.',
    'The quote was selected: a room is open.',
  ]),
  quote_declined: event({ order: orderId, quote: quoteId }, [
    '다른 견적이 선택되었습니다.',
    'Another quote was selected.',
  ]),
  quote_retracted: event({ order: orderId, quote: quoteId }, [
    '견적을 낸 기사님 또는 회사가 탈퇴하여 견적이 취소되었습니다.',
    'A quote is gone: its operator has closed the account.',
  ]),
};
