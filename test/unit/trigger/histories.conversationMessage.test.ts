import { share } from '../../support/share';
import { conversationMessage } from './model/chatSteps';
import { expectExact } from './model/histories';

const HISTORIES = share(5000, 200);

it(`gives every answered message once, in ${HISTORIES} random histories`, async () => {
	await expectExact('conversationMessage', conversationMessage, HISTORIES);
}, 1_500_000);
