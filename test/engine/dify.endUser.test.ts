import { startDifySimulator } from '../simulators/dify';
import type { DifySimulator } from '../simulators/dify';
import { conforming, runDify } from '../support/dify/run';

let simulator: DifySimulator;

beforeAll(async () => {
	simulator = await startDifySimulator();
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

function endUserNamed(user: string) {
	return simulator.state.endUser(simulator.app(), user);
}

describe('endUser.get', () => {
	it('gives an end user with its ISO times as they are', async () => {
		const { id } = endUserNamed('customer-42');
		const { json } = await runDify(simulator, 'endUser.get', { endUserId: id });
		expect(json).toMatchObject([
			{ id, external_user_id: 'customer-42', session_id: 'customer-42', is_anonymous: false },
		]);
		expect(json[0]?.created_at).toMatch(/^\d{4}-\d\d-\d\dT/);
		expect(conforming(simulator)).toMatchObject([{ method: 'GET', path: `/v1/end-users/${id}` }]);
	});

	it('takes an ID that was pasted with blanks', async () => {
		const { id } = endUserNamed('customer-42');
		const { json } = await runDify(simulator, 'endUser.get', { endUserId: `  ${id}\n` });
		expect(json[0]?.id).toBe(id);
	});

	it('says which ID is meant when Dify does not know the user', async () => {
		const endUserId = '00000000-0000-4000-8000-000000000000';
		const { error } = await runDify(simulator, 'endUser.get', { endUserId });
		expect(error?.message).toBe('Dify does not know this end user');
		expect(error?.description).toMatch(/not your own name/);
		expect(error?.context).toMatchObject({ itemIndex: 0, data: { code: 'end_user_not_found' } });
	});

	it('names the old version when a server before 1.13 has no such call', async () => {
		simulator.setVersion('1.12');
		const { id } = endUserNamed('customer-42');
		const { error } = await runDify(simulator, 'endUser.get', { endUserId: id });
		expect(error?.httpCode).toBe('404');
		expect(error?.description).toMatch(/1\.13/);
	});

	it('keeps an ID with a slash from becoming another path', async () => {
		await runDify(simulator, 'endUser.get', { endUserId: '../info?x=1' });
		expect(simulator.requests[0]?.path).toBe('/v1/end-users/..%2Finfo%3Fx%3D1');
	});

	it('does not send anything when an expression gives no ID', async () => {
		const { error } = await runDify(simulator, 'endUser.get', { endUserId: '={{ $json.none }}' });
		expect(error?.message).toBe('End User ID is empty');
		expect(error?.description).toMatch(/expression/);
		expect(simulator.requests).toEqual([]);
	});
});
