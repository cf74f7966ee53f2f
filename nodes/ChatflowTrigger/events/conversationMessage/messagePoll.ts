import { digest } from '../../digest';
import type { PollCaller } from '../../pollCaller';
import type { Harvest } from '../harvest';
import type { Ledger, OpenRow } from '../ledger';
import { headOf, KEY_LENGTH, keyOf, OVERLAP } from '../ledger';
import type { Conversation, Conversations, MessageRow } from './conversations';
import { PREFIX_LENGTH, prefixOf } from './conversations';
import type { MessageCursor, Pass, Reading } from './pass';
import { NEVER, passOrder, readingFrom } from './pass';

/** Max pages of one conversation that are read back, 25,000 messages; older ones are left out. */
const MAX_PAGES = 250;
/** Max conversations that are looked into again in one poll; they take turns. */
const MAX_AGAIN = 20;
/** Max conversations that are left out because they cannot be read. */
const MAX_UNREADABLE = 50;
/** A message may be so many seconds later than the last use of its conversation: it has another clock. */
const SLACK = 60;
/** Begins the keys that stand for a use of a conversation. */
const USE = '====';
/** The key of an open row that stands for a whole conversation, which could not be read. */
const UNREADABLE = '';

/** One poll of the conversations of a user. */
export class MessagePoll {
	/** By the prefix of their keys: the second from which on known messages are needed. */
	private readonly neededFrom = new Map<string, number>();
	/** Pages of messages that were read: every poll reads one, so that it gets on however slow the server. */
	private pagesRead = 0;
	private look = 'new';
	/** Whether messages of the conversation that was read last are left for the next pass. */
	private isCut = false;

	constructor(
		private readonly poll: PollCaller,
		private readonly conversations: Conversations,
		private readonly ledger: Ledger,
		private readonly harvest: Harvest<MessageRow>,
	) {}

	/**
	 * Reads the new messages of all conversations, or of one only.
	 *
	 * @param begun A pass that an earlier poll did not come to the end of.
	 * @throws ChatflowError if nothing could be read.
	 */
	async read(begun: Pass | undefined, onlyId?: string): Promise<MessageCursor> {
		const used = onlyId === undefined ? await this.used() : await this.only(onlyId);
		const until = begun?.until ?? headOf(used ?? []) + 1;
		const pass = used && (await this.readPass(used, begun, until));
		await this.readAgain(begun || pass ? until : NEVER);
		this.harvest.error ??= this.conversations.hidden;
		for (const [at, key, id] of this.ledger.open) {
			if (key === UNREADABLE) this.neededFrom.set(prefixOf(id), at);
		}
		// What was used after a pass had begun needs another one.
		const isCut = begun !== undefined && this.look !== 'due';
		const through = pass ? this.ledger.floor : isCut ? until : Infinity;
		const neededFrom = (key: string, floor: number) => {
			const prefix = key.slice(0, PREFIX_LENGTH);
			return prefix === USE ? floor - SLACK : (this.neededFrom.get(prefix) ?? floor);
		};
		// A conversation is read once more when late messages have had their time: until then they are new.
		const cursor = this.ledger.close(until - 1 - OVERLAP, through, neededFrom);
		return pass ? { ...cursor, pass } : cursor;
	}

	/** The conversations that have been used; `undefined` if there can be nothing new. */
	private async used(): Promise<Conversation[] | undefined> {
		return await this.conversations.usedSince(this.ledger.floor - SLACK, (newest) =>
			this.isNews(
				newest.map(({ id, at }) => [id, at]),
				headOf(newest),
			),
		);
	}

	private async only(id: string): Promise<Conversation[] | undefined> {
		const page = await this.conversations.page(id);
		if (!page) throw this.conversations.noSuchConversation(id);
		const at = headOf(page.messages);
		const keys = page.messages.map(({ key }) => key);
		// Whatever is news is read: the time of the last message says too little.
		return this.isNews(keys, at) ? [{ id, createdAt: 0, at, isNew: true }] : undefined;
	}

	private isNews(newest: unknown[], head: number): boolean {
		this.look = this.ledger.glance(digest(newest), head);
		return this.look !== 'settled';
	}

	/**
	 * Reads one conversation after the other. One that fails alone is left out and tried again later; two
	 * in a row mean that the server fails.
	 *
	 * @returns Where to go on, if it could not come to the end.
	 */
	private async readPass(
		used: Conversation[],
		begun: Pass | undefined,
		until: number,
	): Promise<Pass | undefined> {
		const { ledger, harvest } = this;
		const leftOut = new Set(
			ledger.open.filter(([, key]) => key === UNREADABLE).map(([, , id]) => id),
		);
		let failed: Pass | undefined;
		let hasRead = false;
		const leaveOut = ({ low, id }: Pass) => ledger.wait([low, UNREADABLE, id, Date.now()]);
		for (const { id, createdAt, at, isNew } of passOrder(used, begun)) {
			const isOld = this.look === 'due' || at + OVERLAP < until;
			const use = { key: useOf(id, at, isOld), at };
			const isLater = begun !== undefined && createdAt >= until + SLACK;
			const isKnown = !isNew && ledger.known.has(use.key);
			if (leftOut.has(id) || isKnown || isLater) continue;
			const { low, pages } = begun?.id === id ? begun : readingFrom(id, ledger.floor);
			const place: Pass = { id, createdAt, until, low, pages: [...pages] };
			try {
				const isFull = harvest.isFull && this.pagesRead > 0;
				const isRead = !isFull && (await this.readOne(place, begun ? until : NEVER));
				if (!isRead) return this.stop(failed ?? place);
			} catch (error) {
				harvest.error = error as Error;
				if (failed && !hasRead) return await Promise.reject(error);
				if (failed || leftOut.size >= MAX_UNREADABLE) return this.stop(failed ?? place);
				failed = place;
				continue;
			}
			if (failed) leaveOut(failed);
			failed = undefined;
			hasRead = true;
			const needed = Math.max(ledger.floor, until - 1 - 2 * OVERLAP);
			this.neededFrom.set(prefixOf(id), needed);
			if (!this.isCut && at >= needed - SLACK) ledger.add(use);
		}
		if (failed && !hasRead && !begun) throw harvest.error as Error;
		if (failed) leaveOut(failed);
		return undefined;
	}

	private stop(pass: Pass): Pass {
		this.neededFrom.set(prefixOf(pass.id), pass.low);
		return pass;
	}

	/**
	 * Reads one conversation, back to what is done and then forward again, page by page.
	 *
	 * @param until Messages from this second on are left out.
	 * @returns Whether it has been read completely; otherwise `reading` says how far.
	 * @throws ChatflowError if a page cannot be read.
	 */
	private async readOne(reading: Reading, until: number): Promise<boolean> {
		const { id, pages } = reading;
		this.isCut = false;
		for (let top = pages.at(-1); top && reading.low < until; top = pages.at(-1)) {
			const [firstId, before] = top;
			const isOver = this.poll.isOver && this.pagesRead > 0;
			if (isOver && !this.conversations.isRead(id, firstId)) return false;
			const page = await this.conversations.page(id, firstId);
			this.pagesRead += 1;
			if (!page) return true;
			const { messages, older } = page;
			const isCut = older && older[1] > reading.low && (messages[0]?.at ?? 0) >= reading.low;
			if (isCut && pages.length < MAX_PAGES) {
				pages.push(older);
				continue;
			}
			const end = Math.min(until, before);
			const rows = messages.filter(({ at }) => at >= reading.low && at < end);
			this.isCut ||= messages.some(({ at }) => at >= until);
			const stopped = await this.harvest.take(rows);
			reading.low = stopped?.at ?? before;
			if (stopped) return false;
			pages.pop();
		}
		this.isCut ||= pages.length > 0;
		return true;
	}

	/** Looks again for answers that are waited for, and into conversations that could not be read. */
	private async readAgain(until: number): Promise<void> {
		const { ledger, harvest } = this;
		for (const id of [...new Set(ledger.open.map(([, , of]) => of))].slice(0, MAX_AGAIN)) {
			if (harvest.isFull) return;
			const turn = ledger.open.filter(([, , of]) => of === id);
			for (const entry of turn) {
				ledger.drop(entry);
				ledger.wait(entry);
			}
			try {
				await this.readAnswers(
					id,
					turn.filter(([, key]) => key !== UNREADABLE),
				);
				const whole = turn.find(([, key]) => key === UNREADABLE);
				if (!whole) continue;
				const reading = readingFrom(id, whole[0]);
				const isRead = await this.readOne(reading, until);
				ledger.drop(whole);
				if (!isRead) ledger.wait([reading.low, UNREADABLE, id, whole[3]]);
			} catch (error) {
				harvest.error ??= error as Error;
			}
		}
	}

	private async readAnswers(id: string, entries: OpenRow[]): Promise<void> {
		if (entries.length === 0) return;
		const oldest = Math.min(...entries.map(([at]) => at));
		const found = new Map<string, MessageRow>();
		for (let firstId: string | undefined = ''; firstId !== undefined;) {
			if (this.poll.isOver && !this.conversations.isRead(id, firstId)) return;
			const page = await this.conversations.page(id, firstId);
			for (const message of page?.messages ?? []) found.set(message.key, message);
			const isReached = (page?.messages[0]?.at ?? -1) < oldest;
			firstId = isReached ? undefined : page?.older?.[0];
		}
		await this.harvest.settle(entries, found);
	}
}

/** Stands for a use of a conversation that was read when it was new, or when it was old. */
function useOf(id: string, at: number, isOld: boolean): string {
	return USE + keyOf(`${id} ${at} ${isOld}`, KEY_LENGTH - USE.length);
}
