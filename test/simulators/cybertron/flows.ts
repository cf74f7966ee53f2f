import type { FlowDefinition, FlowRun } from './flowTypes';

/** The example flow of 3.1.1. */
export const COLLECTION_FLOW = '3c61d330-a577-11ef-ad83-e4434b3011a0';
/** A flow of one streaming LLM node that waits for the next message after every reply. */
export const ASSISTANT_FLOW = '5d0c7c1e-b3f2-11ef-9a41-e4434b3011a0';
/** The flow of the example of 3.3.2. */
export const UPLOAD_FLOW = '2fb61212-e93e-11ef-8b04-e4434b3011a0';

/** The text that starts the upload flow on a robot that recognises intents. */
export const UPLOAD_INTENT = 'file upload';

const CODE_TIME_COST = 0.6902499198913574;

function afterLast(text: string, marker: RegExp): string {
	const trimmed = text.trim();
	return trimmed.replace(marker, '').trim() || trimmed;
}

function phoneGreeting(run: FlowRun): string {
	const firstName = (run.entities.customerName ?? '').split(/\s+/)[0] ?? '';
	const lastDigits = (run.entities.customerPhoneNumber ?? '').slice(-4);
	return `Mr. ${firstName}, your last number is: ${lastDigits}.`;
}

/** The customer information flow, node ids and texts as printed in 3.1.1. */
const collection: FlowDefinition = {
	uuid: COLLECTION_FLOW,
	name: 'Customer Information Collection Assistant',
	nodes: [
		{
			id: 'a93311b9-7e1b-40d3-a0e5-94e26e2d9748',
			kind: 'answer',
			text: () =>
				'Hello, welcome to our company to handle business! Your name and contact information will be collected now. We will keep it confidential. Please rest assured.',
		},
		{
			id: '67a4219c-963d-4e9d-8af9-81e6d3af6095',
			kind: 'parameter_extractor',
			slots: [
				{
					entity: 'customerName',
					prompt: 'Please provide your name',
					extract: (text) => afterLast(text, /^.*\b(name is|i am|i'm)\b/i) || undefined,
				},
				{
					entity: 'customerPhoneNumber',
					prompt: 'Please provide your mobile phone number',
					extract: (text) => /\d[\d -]{3,}\d/.exec(text)?.[0].replace(/\D/g, ''),
				},
			],
		},
		{
			id: '658d5db7-2460-4ed9-9842-59398e0b894a',
			kind: 'flow_code',
			run(run) {
				const desc = phoneGreeting(run);
				const cost = `"last_code_time_cost": ${CODE_TIME_COST}`;
				return {
					debug: `{"my_var": ${JSON.stringify(`${desc} `)}, ${cost}, "last_code_error": ""}`,
					variables: {
						last_code_response: { desc },
						my_var: desc,
						last_code_time_cost: CODE_TIME_COST,
						last_code_error: '',
					},
				};
			},
		},
		{
			id: '8893d45d-64a4-4854-8f51-0c4c18842839',
			kind: 'answer',
			text: (run) =>
				`${phoneGreeting(run)} The information collection is completed. Thank you for your cooperation.`,
		},
	],
};

const assistant: FlowDefinition = {
	uuid: ASSISTANT_FLOW,
	name: 'Streaming Assistant',
	nodes: [
		{
			id: 'b7f0a1de-52c9-4a0e-8d35-0f6f2f9c7a11',
			kind: 'llm',
			reply: (text) => (text ? `You said: ${text}` : 'Hello! How can I help you today?'),
		},
	],
};

const upload: FlowDefinition = {
	uuid: UPLOAD_FLOW,
	name: 'File upload',
	nodes: [
		{
			id: '8710e1d3-0c95-4285-81b7-b043b4a771f6',
			kind: 'file_upload',
			instruction: 'Please upload the contract and its annexes.',
			categories: [
				{
					id: 1,
					name: 'Contract',
					support_formats: 'doc,pdf,text',
					upload_max_num: 3,
					variable_assign: 'contract_text',
					customized_parse_methods: [
						{ file_format: 'pdf', parse_model: 'ocr', parse_prompt: '' },
						{ file_format: 'Image', parse_model: 'gpt-4o', parse_prompt: 'Read the text' },
					],
				},
			],
		},
		{
			id: '91c2b6a4-77de-4f0b-9a3e-6d1c5b8e2f70',
			kind: 'answer',
			text: () => 'Your files have been received.',
		},
	],
};

/** The flows every simulated robot knows, by id. */
export const FLOWS: ReadonlyMap<string, FlowDefinition> = new Map(
	[collection, assistant, upload].map((flow) => [flow.uuid, flow]),
);
