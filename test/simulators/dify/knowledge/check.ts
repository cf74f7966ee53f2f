import { invalidParam } from '../errors';
import { pydanticReport, type PydanticProblem } from '../python';
import type { Dict } from '../types';

export function isDict(value: unknown): value is Dict {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Rules {
	required?: boolean;
	min?: number;
	max?: number;
	among?: readonly string[];
}

/** Reads the fields of a body as pydantic does, and tells all problems at once. */
export class Fields {
	private readonly problems: PydanticProblem[] = [];

	constructor(
		private readonly model: string,
		readonly body: Dict,
		private readonly path = '',
	) {}

	private at(name: string): string {
		return this.path === '' ? name : `${this.path}.${name}`;
	}

	problem(name: string, problem: string, kind: string, input: unknown): void {
		this.problems.push({ field: this.at(name), problem, kind, input });
	}

	private given(name: string, required = false): unknown {
		const value = this.body[name];
		if (value === undefined && required) {
			this.problem(name, 'Field required', 'missing', this.body);
		}
		if (value === null && required) {
			this.problem(name, 'Input should be a valid string', 'string_type', value);
		}
		return value ?? undefined;
	}

	text(name: string, rules: Rules = {}): string | undefined {
		const value = this.given(name, rules.required);
		if (value === undefined) return undefined;
		if (rules.among && !rules.among.includes(String(value))) {
			const known = rules.among.map((entry) => `'${entry}'`);
			const list =
				known.length > 1 ? `${known.slice(0, -1).join(', ')} or ${known.at(-1) ?? ''}` : known[0];
			this.problem(name, `Input should be ${list ?? ''}`, 'literal_error', value);
			return undefined;
		}
		if (typeof value !== 'string') {
			this.problem(name, 'Input should be a valid string', 'string_type', value);
			return undefined;
		}
		this.checkLength(name, value, rules);
		return value;
	}

	private checkLength(name: string, value: string, { min = 0, max = Infinity }: Rules): void {
		const few = (count: number): string => `${count} character${count === 1 ? '' : 's'}`;
		if (value.length < min) {
			this.problem(name, `String should have at least ${few(min)}`, 'string_too_short', value);
		}
		if (value.length > max) {
			this.problem(name, `String should have at most ${few(max)}`, 'string_too_long', value);
		}
	}

	number(name: string, rules: Rules = {}): number | undefined {
		const value = this.given(name, rules.required);
		if (value === undefined) return undefined;
		const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		if (typeof number === 'number' && Number.isFinite(number)) return number;
		this.problem(
			name,
			'Input should be a valid integer, unable to parse string as an integer',
			'int_parsing',
			value,
		);
		return undefined;
	}

	flag(name: string, rules: Rules = {}): boolean | undefined {
		const value = this.given(name, rules.required);
		if (value === undefined || typeof value === 'boolean') return value;
		this.problem(name, 'Input should be a valid boolean', 'bool_type', value);
		return undefined;
	}

	list(name: string, rules: Rules = {}): unknown[] | undefined {
		const value = this.given(name, rules.required);
		if (value === undefined || Array.isArray(value)) return value;
		this.problem(name, 'Input should be a valid list', 'list_type', value);
		return undefined;
	}

	dict(name: string, rules: Rules = {}): Dict | undefined {
		const value = this.given(name, rules.required);
		if (value === undefined || isDict(value)) return value;
		this.problem(name, 'Input should be a valid dictionary', 'dict_type', value);
		return undefined;
	}

	/** Looks at the fields of an object inside; problems are told together. */
	inside<T>(name: string, body: Dict, read: (fields: Fields) => T): T {
		const inner = new Fields(this.model, body, this.at(name));
		const result = read(inner);
		this.problems.push(...inner.problems);
		return result;
	}

	/** 400 when anything was wrong. */
	done(): void {
		if (this.problems.length > 0) throw invalidParam(pydanticReport(this.model, this.problems));
	}
}

/** How a base can be searched. */
export const METHODS = ['semantic_search', 'full_text_search', 'hybrid_search', 'keyword_search'];

/** A retrieval model: four of its fields must be there. */
export function readRetrievalModel(fields: Fields, name = 'retrieval_model'): Dict | undefined {
	const model = fields.dict(name);
	if (!model) return undefined;
	fields.inside(name, model, (inner) => {
		inner.text('search_method', { required: true, among: METHODS });
		inner.flag('reranking_enable', { required: true });
		inner.number('top_k', { required: true });
		inner.flag('score_threshold_enabled', { required: true });
		inner.number('score_threshold');
		inner.dict('reranking_model');
	});
	return model;
}
