import type { IDataObject } from 'n8n-workflow';

import { ChatTable, ONE, type ConversationRow, type MessageRow } from './chats';
import type { Clock } from './clock';
import { judgeEach } from './judge';
import type { Poll } from './n8n';
import { Draw } from './random';
import { currentTimestamp0, type Began, type Expected, type Step, type World } from './world';

/** What became of a message. */
interface Story {
	row: MessageRow;
	conversation: ConversationRow;
	visibleMs: number;
	endedMs: number;
	finalAnswer: string;
	fromFuture: boolean;
}

/** How a message goes on after it has been asked. */
interface Course {
	startMs: number;
	visibleMs: number;
	runMs: number;
	end: 'answer' | 'error' | 'nothing';
	/** Milliseconds that it waits for a human, in the middle. */
	pauseMs: number;
	futureMs: number;
}

export class ChatWorld implements World {
	readonly table = new ChatTable();

	lastMs = 0;

	private readonly stories: Story[] = [];

	/** All conversations that were ever made, also those whose first message is not committed yet. */
	private readonly talks: ConversationRow[] = [];

	private readonly deletedMs = new Map<ConversationRow, number>();

	constructor(
		private readonly clock: Clock,
		private readonly parameters: IDataObject,
	) {}

	get size(): number {
		return this.stories.length;
	}

	get isBroken(): boolean {
		return this.talks.some((talk) => talk.isBroken);
	}

	/** A row from the future is read once more when its time has come. */
	get unfinished(): number {
		return this.stories.some(({ fromFuture }) => fromFuture) ? 3 : 1;
	}

	get waits(): boolean {
		return this.stories.some(({ finalAnswer }) => finalAnswer === '');
	}

	serve(path: string, query: IDataObject) {
		return this.table.serve(path, query);
	}

	apply(step: Step): void {
		const draw = new Draw(step.seed, 11);
		if (step.do === 'plan') this.table.plan += 1;
		else if (step.do === 'delete') this.delete(this.pick(step, draw));
		else if (step.do === 'rename') this.rename(this.pick(step, draw));
		else if (step.do === 'break') this.break(this.pick(step, draw), Number(step.forMs));
		else for (let i = 0; i < Number(step.count); i++) this.ask(step, draw);
	}

	judge(polls: Poll[], began: Began): string[] {
		return judgeEach(polls, this.expected(began), ({ event_id: id }) => String(id));
	}

	expected(began: Began): Expected[] {
		return this.stories.flatMap((story) => this.expectedOf(story, began));
	}

	/** A conversation of the last few, or by its id; `undefined` before there is one. */
	private pick(step: Step, draw: Draw): ConversationRow | undefined {
		if (step.talk !== undefined) return this.talks.find(({ id }) => id === step.talk);
		const recent = this.talks.slice(-Number(step.among ?? 5));
		return recent.length === 0 ? undefined : draw.pick(recent);
	}

	/** A user asks something, in a new conversation or an old one. */
	private ask(step: Step, draw: Draw): void {
		const isLate = draw.chance(Number(step.late ?? 0));
		const isSlow = draw.chance(Number(step.running ?? 0));
		const old = draw.chance(Number(step.fresh ?? 0.3)) ? undefined : this.pick(step, draw);
		// Nobody can go on with a conversation before its first message is committed.
		const fromMs = Math.max(this.clock.nowMs, old?.visibleMs ?? 0);
		const startMs = fromMs + draw.next() * Number(step.overMs);
		const visibleMs = startMs + (isLate ? draw.next() * Number(step.lateMs) : 0);
		const course: Course = {
			startMs,
			visibleMs,
			runMs: isSlow ? draw.magnitude(1, Number(step.runMs)) : 0,
			end: draw.chance(0.05) ? draw.pick(['error', 'nothing']) : 'answer',
			pauseMs: draw.chance(Number(step.pause ?? 0)) ? draw.magnitude(1, Number(step.pauseMs)) : 0,
			futureMs: Number(step.futureMs ?? 0),
		};
		this.addMessage(old ?? this.newTalk(String(step.talk ?? draw.uuid()), course, draw), course, {
			draw,
			isNew: old === undefined,
		});
	}

	private newTalk(
		id: string,
		{ startMs, visibleMs, futureMs }: Course,
		draw: Draw,
	): ConversationRow {
		const second = currentTimestamp0(startMs + futureMs);
		const place = draw.between(0, 1e9);
		const times = { createdAt: second, updatedAt: second };
		const talk: ConversationRow = { id, ...times, place, visibleMs, messages: [], isBroken: false };
		this.talks.push(talk);
		return talk;
	}

	private addMessage(
		talk: ConversationRow,
		course: Course,
		{ draw, isNew }: { draw: Draw; isNew: boolean },
	): void {
		const { startMs, visibleMs, runMs, pauseMs, futureMs } = course;
		const row: MessageRow = {
			id: draw.uuid(),
			createdAt: currentTimestamp0(startMs + futureMs),
			status: 'normal',
			answer: '',
			error: null,
			place: draw.between(0, 1e9),
		};
		const endedMs = visibleMs + runMs + pauseMs;
		const finalAnswer = course.end === 'answer' ? `Answer ${row.id}` : '';
		const fromFuture = futureMs > 0;
		this.stories.push({ row, conversation: talk, visibleMs, endedMs, finalAnswer, fromFuture });
		this.lastMs = Math.max(this.lastMs, endedMs);
		const usedMs = startMs + futureMs + draw.next() * Math.min(500, visibleMs - startMs);
		this.clock.at(visibleMs, () => {
			if (isNew) this.table.conversations.push(talk);
			else this.use(talk, usedMs / 1000);
			talk.messages.push(row);
		});
		if (pauseMs > 0) this.pause(row, visibleMs + draw.next() * runMs);
		const end = () => {
			row.answer = finalAnswer;
			row.status = course.end === 'error' ? 'error' : 'normal';
			row.error = course.end === 'error' ? 'Run failed' : null;
		};
		if (endedMs > visibleMs) this.clock.at(endedMs, end);
		else end();
	}

	/**
	 * Python's clock, read shortly before the row is locked: what waits for the lock may write an earlier
	 * time than what had it before, but not by much.
	 */
	private use(talk: ConversationRow, second: number): void {
		const isOvertaken = talk.updatedAt > second && talk.updatedAt - second < 120;
		talk.updatedAt = isOvertaken ? Math.max(second, talk.updatedAt - 0.5) : second;
	}

	/** The run waits for a human: what it has said so far is saved. */
	private pause(row: MessageRow, fromMs: number): void {
		this.clock.at(fromMs, () => {
			row.status = 'paused';
			row.answer = 'Before the form.';
		});
	}

	/** The one conversation stays: a trigger that watches it alone would rightly fail without it. */
	private delete(talk: ConversationRow | undefined): void {
		if (!talk || talk.id === ONE || !this.table.conversations.includes(talk)) return;
		this.deletedMs.set(talk, this.clock.nowMs);
		this.table.conversations = this.table.conversations.filter((row) => row !== talk);
		this.talks.splice(this.talks.indexOf(talk), 1);
	}

	private rename(talk: ConversationRow | undefined): void {
		if (talk) talk.updatedAt = this.clock.nowMs / 1000;
	}

	private break(talk: ConversationRow | undefined, forMs: number): void {
		if (!talk) return;
		talk.isBroken = true;
		this.lastMs = Math.max(this.lastMs, this.clock.nowMs + forMs);
		this.clock.at(this.clock.nowMs + forMs, () => {
			talk.isBroken = false;
		});
	}

	/**
	 * Whether more conversations had just been used at the activation than a poll can read: what was begun
	 * before it in one of them, and is committed after it, cannot be told from what was there.
	 */
	private isTooMuch({ startMs, endMs }: Began): boolean {
		const recent = this.stories.filter(
			({ row, visibleMs }) => visibleMs <= endMs && row.createdAt * 1000 > startMs - 125_000,
		);
		return new Set(recent.map(({ conversation }) => conversation)).size > 90;
	}

	private expectedOf(story: Story, began: Began): Expected[] {
		const { row, conversation, visibleMs, endedMs, finalAnswer, fromFuture } = story;
		const { startFrom, startDate } = this.parameters;
		const isOne =
			(this.parameters.filters as IDataObject | undefined)?.conversationId !== undefined;
		if (isOne && conversation.id !== ONE) return [];
		const fromMs = startFrom === 'date' ? Date.parse(String(startDate)) : 0;
		if (startFrom === 'now' && endedMs <= began.startMs && finalAnswer !== '') return [];
		if (row.createdAt * 1000 < fromMs) return [];
		const isLate = row.createdAt * 1000 <= began.startMs && this.isTooMuch(began);
		const isUnclear = startFrom === 'now' && (visibleMs <= began.endMs || isLate);
		// A wrong clock, and then the use of the same conversation by a right one.
		const isForgotten = fromFuture && conversation.updatedAt < row.createdAt - 1;
		const isPlain = endedMs === visibleMs && finalAnswer !== '' && !fromFuture && !isUnclear;
		return [
			{
				id: row.id,
				readyMs: endedMs,
				at: row.createdAt,
				optional: isUnclear || this.deletedMs.has(conversation) || isForgotten,
				...(isPlain && { lane: conversation.id }),
				check: ({ answer }) =>
					answer === finalAnswer ? undefined : `WRONG, given as ${JSON.stringify(answer)}`,
			},
		];
	}
}
