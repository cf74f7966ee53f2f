import { wait } from '../../../nodes/shared/wait';
import { startWatchdog } from '../../../nodes/shared/watchdog';

async function expired(deadline: () => number, within: number): Promise<number | undefined> {
	const begin = Date.now();
	let firedAfter: number | undefined;
	const watchdog = startWatchdog(deadline, () => {
		firedAfter = Date.now() - begin;
	});
	await wait(within);
	watchdog.stop();
	return firedAfter;
}

describe('the watchdog', () => {
	it('fires once when the deadline has passed', async () => {
		const at = Date.now() + 60;
		let times = 0;
		const watchdog = startWatchdog(
			() => at,
			() => times++,
		);
		await wait(200);
		watchdog.check();
		await wait(30);
		expect(times).toBe(1);
	});

	it('does not fire before a deadline that moves away', async () => {
		const begin = Date.now();
		const moving = () => Math.min(Date.now() + 50, begin + 150);
		const after = await expired(moving, 400);
		expect(after).toBeGreaterThanOrEqual(140);
	});

	it('fires earlier when it is told that the deadline has come nearer', async () => {
		let at = Date.now() + 10_000;
		const begin = Date.now();
		let firedAfter: number | undefined;
		const watchdog = startWatchdog(
			() => at,
			() => {
				firedAfter = Date.now() - begin;
			},
		);
		at = Date.now() + 20;
		watchdog.check();
		await wait(150);
		watchdog.stop();
		expect(firedAfter).toBeLessThan(140);
	});

	it('never fires after it was stopped', async () => {
		const at = Date.now() + 30;
		let fired = false;
		const watchdog = startWatchdog(
			() => at,
			() => {
				fired = true;
			},
		);
		watchdog.stop();
		await wait(100);
		expect(fired).toBe(false);
	});

	it('waits for deadlines that are further away than a timer can tell', async () => {
		expect(await expired(() => Date.now() + 2 ** 40, 50)).toBeUndefined();
	});
});

describe('a wait', () => {
	it('takes its time without a signal', async () => {
		const begin = Date.now();
		expect(await wait(40)).toBe(true);
		expect(Date.now() - begin).toBeGreaterThanOrEqual(35);
	});

	it('ends at once when its signal fires, or has fired', async () => {
		const controller = new AbortController();
		const waiting = wait(10_000, controller.signal);
		controller.abort();
		expect(await waiting).toBe(false);
		expect(await wait(10_000, controller.signal)).toBe(false);
	});

	it('leaves nothing behind on its signal', async () => {
		const controller = new AbortController();
		const added = jest.spyOn(controller.signal, 'addEventListener');
		const removed = jest.spyOn(controller.signal, 'removeEventListener');
		expect(await wait(5, controller.signal)).toBe(true);
		const own = added.mock.calls.at(0)?.[1];
		expect(removed.mock.calls.map(([, listener]) => listener)).toContain(own);
	});
});
