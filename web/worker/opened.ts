import type { Describe } from './describe-fields.js';
import { fieldsOf, messageRegistry, type FieldNode } from '../../shared/messages/index.js';
import type { FieldIndexes, FieldPage, FieldPath, MessageDetail, MessageField } from './protocol.js';
import { atMost } from './summary.js';

/** Fields that one answer holds at most of one parent: a block may have hundreds of thousands. */
const PAGE = 100;
/** Rows that stand open before anybody opened one. */
const SHOWN_AT_FIRST = 60;
/** Characters of one field's rendering. */
const MAX_VALUE = 400;
/** A length and its bytes: nothing to see inside before somebody asks. */
const closedAtFirst: ReadonlySet<string> = new Set(['varBytes', 'varString', 'script']);

/** A message that somebody reads. Of its fields only those are made that were asked for. */
export class OpenedMessage {
  readonly index: number;
  readonly #type: string | undefined;
  readonly #payload: Uint8Array;
  readonly #root: FieldNode | undefined;
  readonly #describe: Describe | undefined;

  /** @param describe what a field says beyond its own text */
  constructor(index: number, type: string | undefined, payload: Uint8Array, describe?: Describe) {
    this.#describe = describe;
    this.index = index;
    this.#type = type;
    this.#payload = payload;
    this.#root = type === undefined ? undefined : fieldsOf(type, payload);
  }

  detail(): MessageDetail {
    const info = this.#type === undefined ? undefined : messageRegistry.get(this.#type);
    return {
      payload: this.#payload.slice(),
      fields: this.#firstPages(),
      ...(info && {
        about: { purpose: info.purpose, bip: info.bip, shortId: info.shortId, status: info.status },
      }),
    };
  }

  page(path: FieldIndexes, from: number): FieldPage | undefined {
    const children = this.#nodeAt(path)?.children;
    return (
      children && {
        path,
        from,
        total: children.length,
        fields: children.slice(from, from + PAGE).map((node) => viewOf(node, this.#describe?.(node))),
      }
    );
  }

  fieldAt(offset: number): FieldPath | undefined {
    const path: number[] = [];
    const pages: FieldPage[] = [];
    for (let node = this.#root; node !== undefined;) {
      const at = holding(node.children, offset);
      const child = node.children[at];
      if (child === undefined) break;
      pages.push(this.page([...path], at - (at % PAGE))!);
      path.push(at);
      node = child;
    }
    return path.length === 0 ? undefined : { path, pages };
  }

  #nodeAt(path: FieldIndexes): FieldNode | undefined {
    return path.reduce<FieldNode | undefined>((node, at) => node?.children[at], this.#root);
  }

  /** Level by level, so that what is outermost is shown first. */
  #firstPages(): FieldPage[] {
    const top = this.page([], 0);
    if (top === undefined || top.total === 0) return [];
    const pages = [top];
    let shown = top.fields.length;
    for (const { path, fields } of pages) {
      for (const [at, { kind, parts }] of fields.entries()) {
        if (parts === 0 || shown + parts > SHOWN_AT_FIRST || closedAtFirst.has(kind)) continue;
        shown += parts;
        pages.push(this.page([...path, at], 0)!);
      }
    }
    return pages;
  }
}

function viewOf({ name, kind, start, end, text, children }: FieldNode, said = text): MessageField {
  return { name, kind, start, end, value: atMost(MAX_VALUE, said), parts: children.length };
}

/** The position of the node whose range holds `offset`; -1 for none. Nodes lie one after the other. */
function holding(nodes: readonly FieldNode[], offset: number): number {
  let [low, high] = [0, nodes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (nodes[middle]!.start <= offset) low = middle + 1;
    else high = middle;
  }
  return low > 0 && offset < nodes[low - 1]!.end ? low - 1 : -1;
}
