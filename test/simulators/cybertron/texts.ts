import type { Directives } from './directives';

/** Texts with which servers report a failure inside a frame that claims success. */
export const BUSY = 'The system is busy, please try again later';
const RISK = '抱歉,您的问题涉及到风险,无法回答';

/** `System exception (209), please try again later.` */
export function exceptionText(number: number): string {
	return `System exception (${number}), please try again later.`;
}

/** The Chinese spelling of a system exception. */
function exceptionTextZh(number: number): string {
	return `系统异常(${number}),稍后再试`;
}

/** The failure text that the directives ask for, if any. */
export function failureText(directives: Directives): string | undefined {
	const exception = directives.number('exception');
	const exceptionZh = directives.number('exception-zh');
	if (exception !== undefined) return exceptionText(exception);
	if (exceptionZh !== undefined) return exceptionTextZh(exceptionZh);
	if (directives.has('risk')) return RISK;
	return directives.has('busy') ? BUSY : undefined;
}

/** The internal text of a jump to another flow. */
export function jumpText(flowUuid: string): string {
	return `flow_jump::jump_flow_uuid:${flowUuid},jump_node_uuid:`;
}

/** A text of n different words, for answers of a chosen length. */
export function words(count: number): string {
	return Array.from({ length: count }, (_, i) => `word${i + 1}`).join(' ');
}
