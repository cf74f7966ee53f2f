import { digest } from '../../digest';
import type { PollCaller } from '../../pollCaller';
import type { Harvest } from '../harvest';
import type { Ledger, OpenRow } from '../ledger';
import { headOf, OVERLAP } from '../ledger';
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
/** The key of an open row that stands for a whole conversation, which could not be read. */
const UNREADABLE = '';

/** One poll of the conversations of a user. */
export class MessagePoll {
	/** By the prefix of their keys: the second from which on known messages are needed. */
	private readonly neededFrom = new Map<string, number>();
	/** Pages of messages that were read: every poll reads one, so that it gets on however slow the server. */
	private pagesRead = 0;

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
		// What was left out needs another pass, even if no conversation is used again.
		const through = pass ? this.ledger.floor : begun ? until : Infinity;
		const neededFrom = (key: string, floor: number) =>
			this.neededFrom.get(key.slice(0, PREFIX_LENGTH)) ?? floor;
		return { ...this.ledger.close(until - 1, through, neededFrom), ...(pass && { pass }) };
	}

	/** The conversations that have been used; `undefined` if there can be nothing new. */
	private async used(): Promise<Conversation[] | undefined> {
		return await this.conversations.usedSince(this.ledger.floor, (newest) =>
			this.isNews(newest.map(({ id, at }) => [id, at])),
		);
	}

	private async only(id: string): Promise<Conversation[] | undefined> {
		const page = await this.conversations.page(id);
		if (!page) throw this.conversations.noSuchConversation(id);
		const isNews = this.isNews(page.messages.map(({ key }) => key));
		return isNews ? [{ id, createdAt: 0, at: headOf(page.messages) }] : undefined;
	}

	private isNews(newest: unknown[]): boolean {
		return this.ledger.glance(digest(newest)) !== 'settled';
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
		for (const { id, createdAt } of passOrder(used, begun)) {
			if (leftOut.has(id)) continue;
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
			this.neededFrom.set(prefixOf(id), Math.max(ledger.floor, until - 1 - OVERLAP));
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
			const stopped = await this.harvest.take(rows);
			reading.low = stopped?.at ?? before;
			if (stopped) return false;
			pages.pop();
		}
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
