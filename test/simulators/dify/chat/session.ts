import { randomUUID } from 'node:crypto';
import type { SimulatorCore } from '../core';
import {
	seconds,
	type Conversation,
	type EndUser,
	type Message,
	type MessageFile,
	type RunRecord,
	type SimulatorState,
} from '../state';
import type { App, Dict } from '../types';
import type { VersionTraits } from '../versions';
import { Channel } from './channel';
import type { Plan } from './directives';
import {
	finishedData,
	newExecution,
	startedData,
	type NodeExecution,
	type NodeResult,
	type NodeSpec,
} from './nodes';
import { Pauses } from './pauses';
import { Pacer } from './pacer';
import { newLog, newMessage, newRunRecord } from './run-records';
import { RunEnd, type Outcome } from './signals';
import { usageOf } from './usage';

export interface RunRequest {
	app: App;
	endUser: EndUser;
	/** Only Workflow apps have none. */
	conversation: Conversation | null;
	query: string;
	inputs: Dict;
	files: MessageFile[];
	plan: Plan;
	workflowId: string;
	/** Give a new conversation a title made of its first query. */
	autoName: boolean;
}

/**
 * One run: its ids, what it has published so far, and the means by which a flow publishes more.
 * A scenario function gets this object.
 */
export class RunSession {
	readonly id = randomUUID();
	readonly taskId = randomUUID();
	readonly messageId = randomUUID();
	readonly channel = new Channel();
	readonly pacer = new Pacer();
	readonly pauses: Pauses;
	/** The state that this run belongs to, also after a reset. */
	readonly state: SimulatorState;
	readonly traits: VersionTraits;
	readonly createdAt = Date.now();
	readonly record: RunRecord;
	readonly message: Message | null;
	readonly nodes: NodeExecution[] = [];
	phase: 'running' | 'paused' | 'ended' = 'running';
	outcome: Outcome | null = null;
	endError: RunEnd | null = null;
	/** An agent that lost its client goes on, and saves its thoughts but no answer. */
	orphaned = false;
	/** The run executes in the request and publishes no events (blocking mode). */
	unpublished = false;
	/** No pings although the run lives (`#hang`). */
	silent = false;
	workflowStarted = false;
	resumed = false;
	answerParts: string[] = [];
	deltas = 0;
	/** Text that moderation puts in place of the answer; sent again before the end. */
	replacement: { answer: string; reason: string } | null = null;
	retrieverResources: Dict[] = [];
	/** File objects that nodes of this run made. */
	outputFiles: Dict[] = [];
	reasoning: Record<string, string> = {};
	exceptions = 0;
	annotationHit = false;
	/** What the workflow itself said, when moderation changed what clients see. */
	unmoderated: string | null = null;
	private messagePrefix = '';
	private lastNodeId: string | null = null;
	private readonly settledCallbacks: Array<() => void> = [];

	constructor(
		readonly core: SimulatorCore,
		readonly request: RunRequest,
	) {
		this.traits = core.traits;
		this.state = core.state;
		this.pauses = new Pauses(this);
		this.record = newRunRecord(this);
		this.message = request.conversation ? newMessage(this, request.conversation) : null;
		core.sessions.set(this.id, this);
		if (this.hasWorkflow) this.state.runs.set(this.id, this.record);
		if (this.message) this.state.addMessage(this.message);
	}

	get app(): App {
		return this.request.app;
	}

	get plan(): Plan {
		return this.request.plan;
	}

	get conversation(): Conversation {
		if (!this.request.conversation) throw new Error('a Workflow app has no conversation');
		return this.request.conversation;
	}

	/** Chat and agent apps have no workflow run. */
	get hasWorkflow(): boolean {
		return this.app.mode === 'advanced-chat' || this.app.mode === 'workflow';
	}

	get answer(): string {
		return this.answerParts.join('');
	}

	/** The fields that every event of this run carries. */
	envelope(event: string): Dict {
		if (!this.message) return { event, workflow_run_id: this.id, task_id: this.taskId };
		return {
			event,
			// A Completion app keeps a conversation to itself.
			...(this.app.mode === 'completion' ? {} : { conversation_id: this.message.conversationId }),
			message_id: this.messageId,
			created_at: seconds(this.message.createdAt),
			task_id: this.taskId,
		};
	}

	/** Publishes an event with these fields beside the envelope. */
	emit(event: string, fields: Dict, closes?: boolean): void {
		const text = JSON.stringify({ ...this.envelope(event), ...fields });
		this.channel.publish(closes === undefined ? { event, text } : { event, text, closes });
	}

	/** Publishes a workflow event: `workflow_run_id` and nested `data`. */
	emitWorkflow(event: string, data: Dict, closes?: boolean): void {
		this.emit(event, { workflow_run_id: this.id, data }, closes);
	}

	/** Publishes JSON text exactly as given (for numbers that JavaScript cannot hold). */
	emitRaw(event: string, json: string): void {
		this.channel.publish({ event, text: json });
	}

	/** Everything of a `message` event up to the answer, as JSON text. */
	messageHead(): string {
		if (!this.messagePrefix) {
			const isOdd = this.traits.textAsFiles && !this.hasWorkflow && this.request.files.length > 0;
			const event = isOdd ? 'message_file' : 'message';
			const whole = JSON.stringify({ ...this.envelope(event), id: this.messageId });
			this.messagePrefix = `${whole.slice(0, -1)},"answer":`;
		}
		return this.messagePrefix;
	}

	/** Streams a piece of the answer; waits for slow clients and for `#slow`. */
	async delta(text: string, selector: string[] | null = ['llm', 'text']): Promise<void> {
		this.pacer.checkpoint();
		this.answerParts.push(text);
		this.deltas += 1;
		// A resumed run of 1.15 keeps its text to itself.
		if (!(this.resumed && this.traits.resumeLosesText)) this.publishDelta(text, selector);
		const wait = this.channel.drained();
		if (wait) await wait;
		const pause = this.plan.number('slow', this.core.settings.deltaDelayMs);
		if (pause > 0) await this.pacer.sleep(pause);
		else if (this.deltas % 200 === 0) await this.pacer.breathe();
	}

	private publishDelta(text: string, selector: string[] | null): void {
		if (!this.message) {
			this.emitWorkflow('text_chunk', { text, from_variable_selector: selector });
			return;
		}
		const from = this.hasWorkflow ? selector : null;
		const tail = `,"from_variable_selector":${JSON.stringify(from)}}`;
		this.channel.publish({
			event: 'message',
			text: `${this.messageHead()}${JSON.stringify(text)}${tail}`,
		});
	}

	/** Announces the run to clients. */
	startWorkflow(reason: 'initial' | 'resumption' = 'initial'): void {
		if (!this.message && !this.workflowStarted) this.state.logs.push(newLog(this));
		this.workflowStarted = true;
		this.emitWorkflow('workflow_started', {
			id: this.id,
			workflow_id: this.record.workflowId,
			inputs: this.record.inputs,
			created_at: seconds(this.createdAt),
			reason,
		});
	}

	startNode(spec: NodeSpec): NodeExecution {
		this.pacer.checkpoint();
		const node = newExecution({ predecessor: this.lastNodeId, ...spec }, this.nodes.length + 1);
		this.nodes.push(node);
		this.emitWorkflow('node_started', startedData(node, this.traits));
		return node;
	}

	finishNode(node: NodeExecution, result: NodeResult = {}): void {
		node.result = result;
		node.finishedAt = Date.now();
		this.lastNodeId = node.spec.nodeId;
		this.record.totalTokens += result.tokens ?? 0;
		this.emitWorkflow('node_finished', finishedData(node, this.traits));
	}

	/** A complete node that takes `nodeDelayMs`. */
	async node(spec: NodeSpec, result: NodeResult = {}): Promise<NodeExecution> {
		const node = this.startNode(spec);
		if (this.core.settings.nodeDelayMs > 0) await this.work(this.core.settings.nodeDelayMs);
		this.finishNode(node, result);
		return node;
	}

	/** Time spent in a non-streaming node: on 1.14 and 1.15 a stop waits for it. */
	async work(milliseconds: number): Promise<void> {
		await this.pacer.sleep(milliseconds, !this.traits.stopWaitsForNode);
	}

	/** Ends the run as failed because of a node. */
	fail(message: string): never {
		throw new RunEnd('failed', message);
	}

	usage(): Dict {
		const latency = (Date.now() - this.createdAt) / 1000;
		return usageOf(Math.ceil(this.request.query.length / 4), this.deltas, latency);
	}

	/** /stop: takes effect at the next delta or node. */
	requestStop(reason?: string): void {
		this.pacer.stop(reason);
	}

	/** The process is gone: the run ends without a word. */
	kill(): void {
		this.pacer.kill();
	}

	/** Resolves when the run has ended or paused for the first time. */
	settled(): Promise<void> {
		if (this.phase !== 'running') return Promise.resolve();
		return new Promise((resolve) => this.settledCallbacks.push(resolve));
	}

	setPhase(phase: 'running' | 'paused' | 'ended'): void {
		this.phase = phase;
		if (phase === 'running') return;
		for (const callback of this.settledCallbacks.splice(0)) callback();
	}
}
