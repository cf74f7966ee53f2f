import type { Batch } from '../batch';
import type { Ledger, OpenRow, Row } from '../ledger';
import { CLOCK_TOLERANCE, keyOf } from '../ledger';
import type {
	Conversation,
	Conversations,
	MessagePage,
	MessageRow,
	Newest,
	PagePlace,
} from './conversations';
import { NEVER, NEWEST, PREFIX_LENGTH, prefixOf } from './conversations';
import type { MessageCursor, Pass, Reading } from './cursor';
import { readingFrom, readingsOf } from './cursor';

/** Max pages of one conversation that are read back, 25,000 messages; older ones are left out. */
const MAX_PAGES = 250;
/** Max conversations that are looked into again in one poll; they take turns. */
const MAX_AGAIN = 20;
/** Max conversations that are set aside because they cannot be read. */
const MAX_SET_ASIDE = 50;
/** With more known messages than this the newest ones have to wait until they are final. */
const MAX_REMEMBERED = 1500;
/** The key of an open row that stands for a conversation that was set aside. */
const WHOLE = '';

/** One poll of the conversations of a user. */
export class MessagePoll {
	/** Pages of messages that were read: every poll reads one, so that it gets on however slow the server. */
	private pagesRead = 0;
	/** By conversation: stands for its last use, after which nothing is new there until the next one. */
	private uses: ReadonlyMap<string, Row> = new Map();

	constructor(
		private readonly conversations: Conversations,
		private readonly ledger: Ledger,
		private readonly batch: Batch<MessageRow>,
		private readonly onlyId?: string,
	) {}

	/** Makes known what is there. If that is too much for a poll, all that was not read is old. */
	async begin(): Promise<MessageCursor> {
		const { ledger, batch } = this;
		const newest = await this.conversations.newest(this.onlyId);
		ledger.raise(ledger.finalBefore(newest.look, newest.head) ?? 0);
		const used = await this.usedSince(newest);
		const stopped = await this.readRecent(used);
		if (batch.error !== undefined) throw batch.error;
		// Those used later have been read; the database rounds the times of messages up.
		const last = used.find(({ id }) => id === stopped?.id);
		if (last) ledger.raise(last.at + 2);
		return ledger.close();
	}

	/**
	 * Reads each conversation once as far as it is final, so that nothing can be missed, however many polls
	 * it takes; newer messages come along. Then the conversations of which nothing is final yet.
	 *
	 * @param begun A pass that an earlier poll did not come to the end of.
	 */
	async read(begun: Pass | undefined): Promise<MessageCursor> {
		const { ledger, batch } = this;
		const { isNew } = ledger;
		const newest = await this.conversations.newest(this.onlyId);
		const finalBefore = ledger.finalBefore(newest.look, newest.head);
		const until = begun?.until ?? finalBefore;
		let pass: Pass | undefined;
		if (until !== undefined) {
			const used = await this.usedSince(newest);
			const stopped = await this.readFinal(used, until, begun);
			if (stopped) {
				pass = { ...stopped, until };
			} else {
				ledger.raise(until);
				await this.readRecent(used);
			}
		}
		await this.readAgain(pass === undefined);
		// A trigger that can read nothing at all must not start.
		if (isNew && this.pagesRead === 0 && batch.error !== undefined) throw batch.error;
		batch.error ??= this.conversations.hidden;
		const setAside = new Map(this.setAside.map(([at, , id]) => [prefixOf(id), at]));
		const cursor = ledger.close((key) => setAside.get(key.slice(0, PREFIX_LENGTH)) ?? ledger.floor);
		return pass ? { ...cursor, pass } : cursor;
	}

	private async usedSince(newest: Newest): Promise<Conversation[]> {
		const used = await newest.usedSince(usedFrom(this.ledger));
		// The newest second may still go on. If this clock is wrong, its messages come when they are final.
		const ended = Math.max(newest.head, Date.now() / 1000 - CLOCK_TOLERANCE);
		const over = used.filter(({ at }) => at < ended);
		this.uses = new Map(
			over.map(({ id, at, use }) => [id, { key: keyOf(use), at: at + CLOCK_TOLERANCE }]),
		);
		return used;
	}

	/** @returns Where to go on, if it could not come to the end. */
	private async readFinal(
		used: Conversation[],
		until: number,
		begun: Pass | undefined,
	): Promise<Reading | undefined> {
		const { floor } = this.ledger;
		if (until <= floor) return undefined;
		// Others have nothing to be read, unless the time of their creation is wrong: after their last use.
		const old = used.filter(
			({ createdAt, at }) => createdAt < until + CLOCK_TOLERANCE || createdAt > at,
		);
		return await this.readEach(readingsOf(old, floor, begun), until, begun !== undefined);
	}

	/** @returns Where it stopped, if it could not come to the end; the next poll begins anew. */
	private async readRecent(used: Conversation[]): Promise<Reading | undefined> {
		const { ledger, uses } = this;
		const recent = used.filter(
			({ id, at }) => at >= usedFrom(ledger) && !ledger.known.has(uses.get(id)?.key ?? ''),
		);
		const readings = recent.map((each) => readingFrom(each, ledger.floor));
		return await this.readEach(readings, ledger.floor);
	}

	/**
	 * Reads one conversation after the other. One that fails alone is set aside and tried again later; two
	 * in a row mean that the server fails.
	 *
	 * @param until What is final ends here: there is no need to remember messages before this second.
	 * @param isRetry Whether an earlier poll has stopped at the first of them.
	 * @returns Where it stopped, if it could not come to the end.
	 */
	private async readEach(
		readings: Reading[],
		until: number,
		isRetry = false,
	): Promise<Reading | undefined> {
		const { ledger } = this;
		const setAside = new Set(this.setAside.map(([, , id]) => id));
		let failed: Reading | undefined;
		let mayLeave = isRetry;
		for (const reading of readings) {
			if (setAside.has(reading.id)) continue;
			// Nothing of it is final, and there is no room to remember it.
			if (until <= ledger.floor && !this.hasRoom) return failed ?? reading;
			// What is newer is read again from there: older messages may have appeared until then.
			const isFinalPartRead = () => until > ledger.floor && reading.low >= until;
			try {
				const isRead = await this.readOne(reading, until);
				if (!isRead && !isFinalPartRead()) return failed ?? reading;
				const use = this.uses.get(reading.id);
				if (use && isRead && this.hasRoom) ledger.add(use);
			} catch (error) {
				this.batch.error = error as Error;
				if (isFinalPartRead()) continue;
				if (failed || setAside.size >= MAX_SET_ASIDE) return failed ?? reading;
				failed = reading;
				continue;
			}
			this.leave(failed);
			failed = undefined;
			mayLeave = true;
		}
		if (!mayLeave) return failed;
		this.leave(failed);
		return undefined;
	}

	private leave(failed: Reading | undefined): void {
		if (failed) this.ledger.wait([failed.low, WHOLE, failed.id, Date.now()]);
	}

	/** Whether more messages can be remembered. */
	private get hasRoom(): boolean {
		return this.ledger.known.size <= MAX_REMEMBERED;
	}

	private get setAside(): OpenRow[] {
		return this.ledger.open.filter(([, key]) => key === WHOLE);
	}

	/**
	 * Reads one conversation, back to what is done and then forward again, page by page.
	 *
	 * @param reading Says afterwards how far it came.
	 * @param until What is final ends here. Newer messages are given, too, as long as there is room to
	 * remember them.
	 * @returns Whether it has been read completely.
	 * @throws ChatflowError if a page cannot be read.
	 */
	private async readOne(reading: Reading, until: number, givesNewer = true): Promise<boolean> {
		const { id, way } = reading;
		for (let top = way.at(-1); top; top = way.at(-1)) {
			const end = givesNewer && this.hasRoom ? NEVER : until;
			if (reading.low >= end) return true;
			if (this.isOver(id, top)) return false;
			const page = await this.conversations.page(id, top);
			this.pagesRead += 1;
			if (!page) return true;
			const { messages, older } = page;
			const isCut = older && older[1] > reading.low && (messages[0]?.at ?? 0) >= reading.low;
			if (isCut && way.length < MAX_PAGES) {
				way.push(older);
				continue;
			}
			const rows = messages.filter(({ at }) => at >= reading.low && at < end);
			const stopped = await this.batch.take(rows);
			reading.low = stopped?.at ?? top[1];
			const done = rows.filter(({ at }) => at < Math.min(until, reading.low));
			for (const row of done) this.ledger.forget(row);
			if (stopped) return false;
			way.pop();
		}
		return true;
	}

	private isOver(id: string, place: PagePlace): boolean {
		return this.batch.isFull && this.pagesRead > 0 && !this.conversations.isRead(id, place);
	}

	/**
	 * Looks again for answers that are waited for, and into conversations that were set aside.
	 *
	 * @param isThrough Whether all others are read up to the floor: only then it is known what they lack.
	 */
	private async readAgain(isThrough: boolean): Promise<void> {
		const { ledger, batch } = this;
		for (const id of [...new Set(ledger.open.map(([, , of]) => of))].slice(0, MAX_AGAIN)) {
			if (batch.isFull) return;
			const turn = ledger.open.filter(([, , of]) => of === id);
			for (const entry of turn) {
				ledger.drop(entry);
				ledger.wait(entry);
			}
			try {
				await this.readAnswers(
					id,
					turn.filter(([, key]) => key !== WHOLE),
				);
				const whole = turn.find(([, key]) => key === WHOLE);
				if (!whole || !isThrough) continue;
				const reading = readingFrom({ id, createdAt: 0 }, whole[0]);
				const isRead = await this.readOne(reading, ledger.floor, false);
				ledger.drop(whole);
				if (!isRead) ledger.wait([reading.low, WHOLE, id, whole[3]]);
			} catch (error) {
				batch.error ??= error as Error;
			}
		}
	}

	private async readAnswers(id: string, entries: OpenRow[]): Promise<void> {
		if (entries.length === 0) return;
		const oldest = Math.min(...entries.map(([at]) => at));
		const found = new Map<string, MessageRow>();
		for (let place: PagePlace | undefined = NEWEST; place;) {
			if (this.isOver(id, place)) return;
			const page: MessagePage | undefined = await this.conversations.page(id, place);
			this.pagesRead += 1;
			for (const message of page?.messages ?? []) found.set(message.key, message);
			const isReached = (page?.messages[0]?.at ?? -1) < oldest;
			place = isReached ? undefined : page?.older;
		}
		await this.batch.takeEnded(entries, found);
	}
}

/** A message may be later than the last use of its conversation: that is of another clock. */
function usedFrom({ floor }: Ledger): number {
	return floor - CLOCK_TOLERANCE;
}
