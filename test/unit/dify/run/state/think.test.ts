import { createThinkSplitter, splitThinking } from '../../../../../nodes/Dify/run/state/think';
import { itemOf, message, replaced } from './frames';

const separate = { separateThinking: true };

describe('thinking between tags (before reasoning_chunk, Dify 1.15)', () => {
	it('leaves a text without tags as it is', () => {
		expect(splitThinking(' a < b <thinly> ')).toEqual({ answer: ' a < b <thinly> ', thought: '' });
	});

	it('takes the block and the white space behind it out of the answer', () => {
		const split = splitThinking('Well. <think>First\nthen</think>\n\nYes');
		expect(split).toEqual({ answer: 'Well. Yes', thought: 'First\nthen' });
	});

	it('joins several blocks by a blank line', () => {
		const split = splitThinking('<think>one</think>A<think>two</think>B');
		expect(split).toEqual({ answer: 'AB', thought: 'one\n\ntwo' });
	});

	it('counts a block that never ends as thinking to the end', () => {
		expect(splitThinking('A<think>on and on')).toEqual({ answer: 'A', thought: 'on and on' });
	});

	it('gives the same wherever the text is cut into pieces', () => {
		const text = 'a<b<think>x < y </thin</think> \n c</think><thi';
		const whole = splitThinking(text);
		for (let first = 0; first <= text.length; first++) {
			for (let second = first; second <= text.length; second++) {
				const splitter = createThinkSplitter();
				const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];
				const splits = pieces.map((piece) => splitter.push(piece));
				const answer = splits.map((split) => split.answer).join('') + splitter.held();
				const thought = splits.map((split) => split.thought).join('');
				expect({ answer, thought }).toEqual(whole);
			}
		}
	});

	it('moves the thoughts of a streamed answer to reasoning when the user wants that', () => {
		const frames = ['<thi', 'nk>Hm', 'm</th', 'ink>\n', 'Yes'].map((text) => message(text));
		expect(itemOf(frames, separate)).toMatchObject({ answer: 'Yes', reasoning: 'Hmm' });
		expect(itemOf(frames)).toMatchObject({ answer: '<think>Hmm</think>\nYes' });
		expect(itemOf(frames)).not.toHaveProperty('reasoning');
	});

	it('takes a replaced answer apart anew', () => {
		const frames = [message('<think>secret'), replaced('<think>ok</think>Fine')];
		expect(itemOf(frames, separate)).toMatchObject({ answer: 'Fine', reasoning: 'ok' });
	});

	it('takes an answer apart that was not streamed', () => {
		const outputs = { answer: '<think>a</think>B' };
		const frame = { event: 'workflow_finished', data: { status: 'succeeded', outputs } };
		expect(itemOf([frame], separate)).toMatchObject({ answer: 'B', reasoning: 'a' });
	});
});
