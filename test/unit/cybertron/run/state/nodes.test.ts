import { aggregated, perNode } from '../../../../../nodes/Cybertron/run/state/outputs';
import { roundText } from '../../../../../nodes/Cybertron/run/state/round';
import type { RoundState } from '../../../../../nodes/Cybertron/run/state/round';
import { ack, chunk, final, flow, fragment, reduce, terminator } from '../../support/frames';

const enter = (node: string) =>
	flow('002002', { node, answer: `node_id: ${node} enter by prev_node_id: x` });
const say = (node: string, answer: string) => flow('000000', { node, answer });
const items = (state: RoundState) =>
	perNode([{ question: '', state }], 's').map(({ node_id, answer }) => `${node_id}: ${answer}`);

describe('the runs of the nodes of a flow', () => {
	it('are one per pass through a loop that the server announces', () => {
		const pass = (n: number) => [enter('a'), say('a', `a${n}`), enter('b'), say('b', `b${n}`)];
		expect(items(reduce([...pass(1), ...pass(2)]))).toEqual(['a: a1', 'b: b1', 'a: a2', 'b: b2']);
	});

	it('are one per pass through a loop that the server does not announce', () => {
		const pass = (n: number) => [say('a', `a${n}`), chunk(0, `b${n} `), chunk(1, 'b', 'y')];
		expect(items(reduce([...pass(1), ...pass(2)]))).toEqual([
			'a: a1',
			'llm1: b1 b',
			'a: a2',
			'llm1: b2 b',
		]);
	});

	it('are one for a node that says several things in a row', () => {
		expect(items(reduce([say('a', 'one'), say('a', 'two'), say('a', 'two')]))).toEqual([
			'a: one\n\ntwo',
		]);
	});

	it('are kept apart when two nodes stream at the same time', () => {
		const state = reduce([
			chunk(0, 'A', 'n', 'a'),
			chunk(0, 'B', 'n', 'b'),
			chunk(1, 'a', 'y', 'a'),
			chunk(1, 'b', 'y', 'b'),
		]);
		expect(items(state)).toEqual(['a: Aa', 'b: Bb']);
		expect(roundText(state)).toBe('Aa\n\nBb');
	});

	it('come in the order in which they ended', () => {
		const state = reduce([enter('a'), enter('b'), say('b', 'first'), say('a', 'second')]);
		expect(items(state)).toEqual(['b: first', 'a: second']);
		expect(roundText(state)).toBe('first\n\nsecond');
	});

	it('do not become two by an announcement that comes twice or late', () => {
		expect(items(reduce([enter('a'), enter('a'), say('a', 'A')]))).toEqual(['a: A']);
		expect(items(reduce([say('a', 'A'), enter('a')]))).toEqual(['a: A']);
	});

	it('are also those that only debugging shows', () => {
		const debug = flow('002003', {
			node: 'c',
			nodeType: 'flow_code',
			answer: '{"x": 1, "last_code_error": ""}',
		});
		const [item] = perNode([{ question: '', state: reduce([enter('c'), debug]) }], 's');
		expect(item).toMatchObject({
			node_id: 'c',
			answer: '',
			variables: { x: 1, last_code_error: '' },
		});
	});

	it('are none for a frame that names no node and says nothing', () => {
		const nameless = [flow('002004'), flow('002003'), flow('002011')];
		expect(items(reduce([say('a', 'Name?'), ...nameless, terminator]))).toEqual(['a: Name?']);
		expect(reduce([say('a', 'Name?'), ...nameless]).waitingInput).toBe(true);
		expect(items(reduce([flow('000000', { answer: 'Hi' })]))).toEqual([': Hi']);
	});

	it('keep what each node knew', () => {
		const knows = (node: string, entities: object) =>
			flow('000000', {
				node,
				answer: node,
				data: { output: { entities, variables: { of: node } } } as never,
			});
		const state = reduce([knows('a', { x: 1 }), knows('b', { x: 1, y: 2 })]);
		expect(perNode([{ question: '', state }], 's')).toMatchObject([
			{ entities: { x: 1 }, variables: { of: 'a' } },
			{ entities: { x: 1, y: 2 }, variables: { of: 'b' } },
		]);
		expect(aggregated([{ question: '', state }], 's')).toMatchObject({
			entities: { x: 1, y: 2 },
			variables: { of: 'b' },
		});
	});
});

describe('the text of a round', () => {
	const uncounted = (data: string, finish = 'n') => ({
		...{ code: '000000', message: 'success', type: 'string', finish },
		data,
	});

	it('is put together from fragments that a server does not count', () => {
		const fragments = ['In ', 'the ', 'the ', 'vast'].map((text) => uncounted(text));
		const whole = { ...final(0, 'In the the vast'), index: undefined };
		expect(roundText(reduce(fragments))).toBe('In the the vast');
		expect(roundText(reduce([...fragments, whole]))).toBe('In the the vast');
		expect(roundText(reduce([...fragments, uncounted(' sea', 'y')]))).toBe('In the the vast sea');
	});

	it('keeps the space between two words that comes as a piece of its own', () => {
		const counted = ['It', ' ', 'is'].map((text, index) => fragment(index, text));
		expect(roundText(reduce(counted))).toBe('It is');
		expect(roundText(reduce(['It', ' ', 'is'].map((text) => uncounted(text))))).toBe('It is');
	});

	it('is the complete answer alone when all its fragments have the same number', () => {
		const fragments = ['In ', 'the ', 'vast'].map((text) => fragment(0, text));
		expect(roundText(reduce([...fragments, final(0, 'In the vast')]))).toBe('In the vast');
	});

	it('leaves out what repeats the text before it, also from another node', () => {
		expect(roundText(reduce([say('a', 'Hi'), say('b', 'Hi'), say('c', 'Bye')]))).toBe('Hi\n\nBye');
	});

	it('takes the question of a waiting node that was not heard', () => {
		const asked = flow('002004', {
			node: 'a',
			answer: 'node_waiting_input',
			data: { output: { robot_user_asking: 'Name?' } },
		});
		expect(roundText(reduce([asked]))).toBe('Name?');
		expect(roundText(reduce([say('a', 'Your name?'), asked]))).toBe('Your name?');
	});

	it('takes what output says when the answer is missing', () => {
		const only = (output: object) =>
			roundText(reduce([flow('000000', { node: 'a', data: { output } as never })]));
		expect(only({ robot_user_replying: 'R', robot_user_asking: 'A' })).toBe('R');
		expect(only({ robot_user_replying: '', robot_user_asking: 'A' })).toBe('A');
	});

	it.each(['flow_enter', 'flow_exit', 'node_waiting_input', 'current_communication_complete', ' '])(
		'hides %j, which the engine says to itself',
		(answer) => {
			expect(roundText(reduce([say('a', answer)]))).toBe('');
		},
	);

	it('shows an answer that only looks like a debug text', () => {
		expect(roundText(reduce([say('a', 'entity: a word for a thing')]))).toBe(
			'entity: a word for a thing',
		);
	});

	it('has the texts of flow and robot in the order in which they began', () => {
		const state = reduce([say('a', 'one'), fragment(0, 'two'), say('b', 'three')]);
		expect(roundText(state)).toBe('one\n\ntwo\n\nthree');
	});
});

describe('the phases of a round', () => {
	it.each([
		['002004', 'ending'],
		['002001', 'ending'],
		['002011', 'ending'],
		['002005', 'done'],
		['002007', 'open'],
		['000301', 'open'],
		['002006', 'open'],
	])('after %s it is %s', (code, phase) => {
		expect(reduce([flow(code, { node: 'a' })]).phase).toBe(phase);
	});

	it('it goes on when the flow does', () => {
		expect(reduce([flow('002011', { node: 'a' }), say('b', 'B')]).phase).toBe('open');
		expect(reduce([flow('002001', {}), flow('002000', {})])).toMatchObject({
			phase: 'open',
			flowEnded: false,
		});
		expect(reduce([flow('002004', { node: 'a' }), say('a', 'A')]).phase).toBe('ending');
	});

	it('a plain answer ends it, within a flow only after a grace', () => {
		expect(reduce([ack(), final(0, 'A')]).phase).toBe('done');
		expect(reduce([say('a', 'A'), final(0, 'B')]).phase).toBe('ending');
		expect(reduce([final(0, 'B')], { inFlow: true }).phase).toBe('ending');
	});

	it('what comes after the end adds text but neither reopens the round nor makes it fail', () => {
		const state = reduce([
			terminator,
			say('a', 'late'),
			{ code: '500000', message: 'late', index: 0 },
		]);
		expect(state).toMatchObject({ phase: 'done', error: undefined });
		expect(roundText(state)).toBe('late');
	});

	it('the first failure counts', () => {
		const state = reduce([
			{ code: '400000', message: 'first' },
			{ code: '500000', message: 'second' },
		]);
		expect(state.error?.message).toContain('first');
	});
});
