import { randomUUID } from 'node:crypto';
import { seconds, type HumanForm } from '../state';
import type { Dict } from '../types';
import type { NodeExecution } from './nodes';
import type { RunSession } from './session';

const ACTIONS = [
	{ id: 'approve', title: 'Approve', button_style: 'primary' },
	{ id: 'reject', title: 'Reject', button_style: 'default' },
];
const THREE_DAYS = 3 * 24 * 3600 * 1000;

function formInputs(rich: boolean): Dict[] {
	const inputs: Dict[] = [
		{
			type: 'paragraph',
			output_variable_name: 'comment',
			default: { type: 'constant', selector: [], value: 'Looks good' },
		},
	];
	if (!rich) return inputs;
	return [
		...inputs,
		{
			type: 'select',
			output_variable_name: 'priority',
			options: ['low', 'high'],
			default: null,
		},
		{ type: 'file', output_variable_name: 'proof', default: null },
		{ type: 'file-list', output_variable_name: 'extras', default: null },
	];
}

/** The human input of one run. */
export class Pauses {
	readonly forms: HumanForm[] = [];
	private nodes: NodeExecution[] = [];
	private release: (() => void) | undefined;
	private pausedAt = 0;

	constructor(private readonly run: RunSession) {}

	/** Pauses the run with `count` forms and returns when it has been resumed. */
	async pause(count: number): Promise<void> {
		const { run } = this;
		for (let index = 0; index < count; index += 1) this.ask(index);
		this.pausedAt = Date.now();
		run.record.status = 'paused';
		if (run.message) {
			run.message.status = 'paused';
			run.message.answer = run.answer;
			run.message.extraContents = this.forms.map((form) => this.historyEntry(form));
		}
		const released = new Promise<void>((resolve) => {
			this.release = resolve;
		});
		run.setPhase('paused');
		run.emitWorkflow('workflow_paused', this.pausedData());
		const timer = this.expireLater();
		try {
			await run.pacer.waitFor(released, false);
		} finally {
			clearTimeout(timer);
		}
		this.resume();
	}

	private ask(index: number): void {
		const { run } = this;
		const nodeId = index === 0 ? 'human-input' : `human-input-${index + 1}`;
		const title = index === 0 ? 'Approval' : `Approval ${index + 1}`;
		this.nodes.push(run.startNode({ nodeId, type: 'human-input', title }));
		const rich = run.plan.has('pause', 'rich') && run.traits.richForms;
		const form: HumanForm = {
			id: randomUUID(),
			token: randomUUID().replaceAll('-', '').slice(0, 22),
			emailOnly: run.plan.has('pause', 'email'),
			appId: run.app.id,
			runId: run.id,
			nodeId,
			nodeTitle: title,
			content: `Please check: ${run.plan.text || run.request.query}`,
			inputs: formInputs(rich),
			actions: ACTIONS,
			defaults: { comment: 'Looks good' },
			expiresAt: Date.now() + run.plan.number('expires', THREE_DAYS),
			status: 'waiting',
			submission: null,
		};
		this.forms.push(form);
		run.state.forms.set(form.token, form);
		run.emitWorkflow('human_input_required', this.formData(form));
	}

	/** The form as events show it; without a token when it can only be answered by e-mail. */
	formData(form: HumanForm): Dict {
		const { traits } = this.run;
		const data: Dict = {
			form_id: form.id,
			node_id: form.nodeId,
			node_title: form.nodeTitle,
			form_content: form.content,
			inputs: form.inputs,
			actions: form.actions,
			display_in_ui: true,
			// Before 1.14 there was no call to use a token with.
			form_token: form.emailOnly || !traits.humanInputApi ? null : form.token,
			resolved_default_values: form.defaults,
			expiration_time: seconds(form.expiresAt),
		};
		if (traits.approvalChannels) data.approval_channels = form.emailOnly ? ['email'] : ['webapp'];
		return data;
	}

	/** `workflow_paused.data`: outputs are always empty for the Service API. */
	pausedData(): Dict {
		const { run } = this;
		const waiting = this.forms.filter((form) => form.status === 'waiting');
		return {
			workflow_run_id: run.id,
			paused_nodes: waiting.map((form) => form.nodeId),
			outputs: {},
			reasons: waiting.map((form) => ({ TYPE: 'human_input_required', ...this.formData(form) })),
			status: 'paused',
			created_at: seconds(run.createdAt),
			elapsed_time: ((this.pausedAt || Date.now()) - run.createdAt) / 1000,
			total_tokens: run.record.totalTokens,
			total_steps: run.nodes.length,
		};
	}

	/** Marks a form as answered; resumes the run when it was the last one. */
	submit(form: HumanForm, action: string, inputs: Dict, user: string): void {
		form.status = 'submitted';
		form.submission = { action, inputs, user };
		if (this.run.message) {
			this.run.message.extraContents = this.forms.map((entry) => this.historyEntry(entry));
		}
		if (this.forms.some((entry) => entry.status === 'waiting')) return;
		if (this.run.core.settings.parallelFormsBug && this.forms.length > 1) return;
		setTimeout(() => this.release?.(), this.run.core.settings.resumeDelayMs);
	}

	private expireLater(): NodeJS.Timeout | undefined {
		const first = Math.min(...this.forms.map((form) => form.expiresAt));
		const wait = first - Date.now();
		// Timers hold at most 2^31 ms; forms of days never expire during a test.
		if (wait > 2 ** 30 || wait >= THREE_DAYS - 60_000) return undefined;
		return setTimeout(() => {
			for (const form of this.forms) if (form.status === 'waiting') form.status = 'expired';
			this.release?.();
		}, wait);
	}

	private resume(): void {
		const { run } = this;
		run.record.status = 'running';
		run.resumed = true;
		if (run.message) run.message.status = 'normal';
		run.setPhase('running');
		run.startWorkflow('resumption');
		// A stop flag from before the resume strikes now (stale flag).
		run.pacer.checkpoint();
		this.forms.forEach((form, index) => {
			if (form.submission) run.emitWorkflow('human_input_form_filled', this.filledData(form));
			else run.emitWorkflow('human_input_form_timeout', this.timeoutData(form));
			const node = this.nodes[index];
			if (node) run.finishNode(node, { outputs: this.nodeOutputs(form) });
		});
	}

	private nodeOutputs(form: HumanForm): Dict {
		if (!form.submission) return { __action_id: '__timeout' };
		return { __action_id: form.submission.action, ...form.submission.inputs };
	}

	private filledData(form: HumanForm): Dict {
		const action = form.actions.find((entry) => entry.id === form.submission?.action);
		return {
			node_id: form.nodeId,
			node_title: form.nodeTitle,
			rendered_content: form.content,
			action_id: action?.id ?? '',
			action_text: action?.title ?? '',
			submitted_data: form.submission?.inputs ?? {},
		};
	}

	private timeoutData(form: HumanForm): Dict {
		return {
			node_id: form.nodeId,
			node_title: form.nodeTitle,
			expiration_time: seconds(form.expiresAt),
		};
	}

	private historyEntry(form: HumanForm): Dict {
		return {
			workflow_run_id: this.run.id,
			submitted: form.status === 'submitted',
			type: 'human_input',
			form_definition: form.submission ? null : this.formData(form),
			form_submission_data: form.submission ? this.filledData(form) : null,
		};
	}
}
