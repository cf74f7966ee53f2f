import { share } from '../../support/share';
import { expectExact } from './model/histories';
import { feedback } from './model/ratingSteps';

const HISTORIES = share(4000, 120);

it(`gives every rating and its changes once, in ${HISTORIES} random histories`, async () => {
	await expectExact('feedback', feedback, HISTORIES);
}, 1_500_000);
