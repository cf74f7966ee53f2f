/** What the command line of the simulators may say. */
export interface CliArguments {
	difyPort: number;
	cybertronPort: number;
	difyVersion: string | undefined;
	host: string;
	json: boolean;
	help: boolean;
}

type Setter = (parsed: CliArguments, value: string) => void;

function port(name: string, value: string): number {
	const number = Number(value);
	if (!/^\d+$/.test(value) || number > 65_535) {
		throw new Error(`${name} needs a port number, not "${value}"`);
	}
	return number;
}

const WITH_VALUE: Record<string, Setter> = {
	'--dify-port': (parsed, value) => (parsed.difyPort = port('--dify-port', value)),
	'--cybertron-port': (parsed, value) => (parsed.cybertronPort = port('--cybertron-port', value)),
	'--dify-version': (parsed, value) => (parsed.difyVersion = value),
	'--host': (parsed, value) => (parsed.host = value),
};

/** Reads `--name value` and `--name=value`; throws an Error in words for anything unknown. */
export function parseArguments(args: readonly string[]): CliArguments {
	const parsed: CliArguments = {
		difyPort: 0,
		cybertronPort: 0,
		difyVersion: undefined,
		host: '127.0.0.1',
		json: false,
		help: false,
	};
	const rest = args.flatMap((arg) => (/^--[\w-]+=/.test(arg) ? splitOnce(arg) : [arg]));
	for (let at = 0; at < rest.length; at += 1) {
		const name = rest[at] ?? '';
		const setter = WITH_VALUE[name];
		if (setter) {
			at += 1;
			const value = rest[at];
			if (value === undefined) throw new Error(`${name} needs a value`);
			setter(parsed, value);
		} else if (name === '--json') parsed.json = true;
		else if (name === '--help' || name === '-h') parsed.help = true;
		else throw new Error(`unknown option "${name}"`);
	}
	return parsed;
}

function splitOnce(arg: string): [string, string] {
	const at = arg.indexOf('=');
	return [arg.slice(0, at), arg.slice(at + 1)];
}
