/**
 * Follows secrets through a compiled module. Whatever is loaded from memory counts as secret, and so does what is
 * computed from it; constants and what counts loops do not. In the functions that the given exports reach, no secret may
 * decide a branch, choose in a `select`, be (part of) an address or the length of a copy, or be divided: those are the
 * instructions whose time or trace depends on their values. What the scan does not know is a finding, too.
 */
import binaryen from 'binaryen';

export interface Scan {
  findings: string[];
  /** What was looked at, so that a scan of nothing is noticed. */
  functions: number;
  branches: number;
  addresses: number;
}

type Expression = number;

interface Scanned {
  body: Expression;
  /** By index: whether a secret is ever put into the local; parameters come first. */
  locals: Set<number>;
  result: boolean;
}

export function scanSecretFlow(wasm: Uint8Array, exports: readonly string[]): Scan {
  const module = binaryen.readBinary(wasm);
  // The compiler reuses locals; here each keeps to one purpose.
  module.runPasses(['ssa']);
  const scan = new SecretFlow(module);
  for (const name of exports) scan.reach(targetOf(module, name));
  const result = scan.run();
  module.dispose();
  return result;
}

function targetOf(module: binaryen.Module, name: string): string {
  for (let i = 0; i < module.getNumExports(); i++) {
    const info = binaryen.getExportInfo(module.getExportByIndex(i));
    if (info.name === name) return info.value;
  }
  throw new Error(`the module does not export ${name}`);
}

class SecretFlow {
  readonly #module: binaryen.Module;
  readonly #functions = new Map<string, Scanned>();
  readonly #globals = new Set<string>();
  #findings = new Set<string>();
  #branches = 0;
  #addresses = 0;
  #changed = true;
  #name = '';

  constructor(module: binaryen.Module) {
    this.#module = module;
  }

  reach(name: string): Scanned {
    let known = this.#functions.get(name);
    if (known === undefined) {
      const { body } = binaryen.getFunctionInfo(this.#module.getFunction(name));
      known = { body, locals: new Set(), result: false };
      this.#functions.set(name, known);
      this.#changed = true;
      if (body === 0) this.#find('calls what is imported');
    }
    return known;
  }

  /** Until nothing new is secret. The last round's counts and findings are whole. */
  run(): Scan {
    while (this.#changed) {
      this.#changed = false;
      [this.#branches, this.#addresses] = [0, 0];
      for (const [name, { body }] of this.#functions) {
        this.#name = name;
        if (this.#secret(body)) this.#returnsSecret();
      }
    }
    return {
      findings: [...this.#findings],
      functions: this.#functions.size,
      branches: this.#branches,
      addresses: this.#addresses,
    };
  }

  #find(what: string): void {
    this.#findings.add(`function ${this.#name}: ${what}`);
  }

  #returnsSecret(): void {
    const known = this.#functions.get(this.#name)!;
    if (!known.result) this.#changed = true;
    known.result = true;
  }

  #mark<T>(set: Set<T>, value: T, secret: boolean): void {
    if (!secret || set.has(value)) return;
    set.add(value);
    this.#changed = true;
  }

  #decides(expression: Expression, what: string): void {
    this.#branches++;
    if (this.#secret(expression)) this.#find(`a secret decides ${what}`);
  }

  #address(expression: Expression, what: string): void {
    this.#addresses++;
    if (this.#secret(expression)) this.#find(`a secret is in the ${what}`);
  }

  /** Whether the value may depend on a secret. Visits everything inside, without stopping at the first. */
  #any(...expressions: Expression[]): boolean {
    return expressions.map((expression) => expression !== 0 && this.#secret(expression)).includes(true);
  }

  #secret(expression: Expression): boolean {
    const info = binaryen.getExpressionInfo(expression);
    const as = <T>() => info as T;
    switch (info.id as number) {
      case binaryen.NopId:
      case binaryen.UnreachableId:
      case binaryen.ConstId:
      case binaryen.MemorySizeId:
        return false;
      case binaryen.BlockId:
        return this.#any(...as<binaryen.BlockInfo>().children);
      case binaryen.LoopId:
        return this.#any(as<binaryen.LoopInfo>().body);
      case binaryen.IfId: {
        const { condition, ifTrue, ifFalse } = as<binaryen.IfInfo>();
        this.#decides(condition, 'an if');
        return this.#any(ifTrue, ifFalse);
      }
      case binaryen.BreakId: {
        const { condition, value } = as<binaryen.BreakInfo>();
        if (condition !== 0) this.#decides(condition, 'a br_if');
        return this.#any(value);
      }
      case binaryen.SwitchId: {
        const { condition, value } = as<binaryen.SwitchInfo>();
        this.#decides(condition, 'a br_table');
        return this.#any(value);
      }
      case binaryen.SelectId: {
        const { condition, ifTrue, ifFalse } = as<binaryen.SelectInfo>();
        this.#decides(condition, 'a select');
        return this.#any(ifTrue, ifFalse);
      }
      case binaryen.CallId: {
        const { target, operands } = as<binaryen.CallInfo>();
        const callee = this.reach(target);
        operands.forEach((operand, i) => this.#mark(callee.locals, i, this.#secret(operand)));
        return callee.result;
      }
      case binaryen.LocalGetId:
        return this.#functions.get(this.#name)!.locals.has(as<binaryen.LocalGetInfo>().index);
      case binaryen.LocalSetId: {
        const { index, value } = as<binaryen.LocalSetInfo>();
        const secret = this.#secret(value);
        this.#mark(this.#functions.get(this.#name)!.locals, index, secret);
        return secret;
      }
      case binaryen.GlobalGetId:
        return this.#globals.has(as<binaryen.GlobalGetInfo>().name);
      case binaryen.GlobalSetId: {
        const { name, value } = as<binaryen.GlobalSetInfo>();
        this.#mark(this.#globals, name, this.#secret(value));
        return false;
      }
      case binaryen.LoadId:
      case binaryen.SIMDLoadId:
        this.#address(as<binaryen.LoadInfo>().ptr, 'address of a load');
        return true;
      case binaryen.StoreId: {
        const { ptr, value } = as<binaryen.StoreInfo>();
        this.#address(ptr, 'address of a store');
        this.#secret(value);
        return false;
      }
      case binaryen.MemoryCopyId: {
        const { dest, source, size } = as<binaryen.MemoryCopyInfo>();
        for (const part of [dest, source, size]) this.#address(part, 'addresses or length of a copy');
        return false;
      }
      case binaryen.MemoryFillId: {
        const { dest, value, size } = as<binaryen.MemoryFillInfo>();
        for (const part of [dest, size]) this.#address(part, 'address or length of a fill');
        this.#secret(value);
        return false;
      }
      case binaryen.UnaryId:
        return this.#any(as<binaryen.UnaryInfo>().value);
      case binaryen.BinaryId: {
        const { op, left, right } = as<binaryen.BinaryInfo>();
        const secret = this.#any(left, right);
        if (secret && DIVISIONS.has(op)) this.#find('a secret is divided, or divides');
        return secret;
      }
      case binaryen.DropId:
        this.#any(as<binaryen.DropInfo>().value);
        return false;
      case binaryen.ReturnId:
        if (this.#any(as<binaryen.ReturnInfo>().value)) this.#returnsSecret();
        return false;
      case binaryen.SIMDExtractId:
        return this.#any(as<binaryen.SIMDExtractInfo>().vec);
      case binaryen.SIMDShiftId: {
        const { vec, shift } = as<binaryen.SIMDShiftInfo>();
        return this.#any(vec, shift);
      }
      default:
        this.#find(`an expression that the scan does not know (${info.id})`);
        return true;
    }
  }
}

const DIVISIONS = new Set<number>([
  binaryen.DivSInt32,
  binaryen.DivUInt32,
  binaryen.RemSInt32,
  binaryen.RemUInt32,
  binaryen.DivSInt64,
  binaryen.DivUInt64,
  binaryen.RemSInt64,
  binaryen.RemUInt64,
]);
