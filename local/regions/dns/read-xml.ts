/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  /** What stands between its tags besides other elements. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** The text is no XML, or cut off. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

interface Open {
  name: string;
  text: string;
  children: Open[];
}

const token = /<\?[^>]*\?>|<(?<end>\/?)(?<name>[\w.:-]+)[^>]*?(?<empty>\/?)>|(?<text>[^<]+)/gy;

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const plainText = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return entities[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal));
  });

/**
 * Reads a document as the APIs of AWS write them: elements and text. Attributes are passed over; comments and CDATA do not
 * occur there and are refused.
 * @throws XmlError the text is not such a document
 */
export const readXml = (document: string): XmlElement => {
  const root: Open = { name: '', text: '', children: [] };
  const path: Open[] = [root];
  let end = 0;
  for (const match of document.matchAll(token)) {
    end = match.index + match[0].length;
    const { end: isEnd, name, empty, text } = match.groups ?? {};
    const inner = path.at(-1) as Open;
    if (text !== undefined) inner.text += plainText(text);
    else if (name !== undefined && isEnd === '/') {
      if (path.length === 1 || inner.name !== name) throw new XmlError(`</${name}> ends nothing that is open`);
      path.pop();
    } else if (name !== undefined) {
      const element: Open = { name, text: '', children: [] };
      inner.children.push(element);
      if (empty === '') path.push(element);
    }
  }
  const [only] = root.children;
  if (end !== document.length || path.length > 1 || only === undefined || root.children.length > 1)
    throw new XmlError(`no whole document: ${document.slice(0, 100)}`);
  return only;
};

/** Elements at the end of a path of names below an element. */
export const elementsAt = (element: XmlElement, ...path: readonly string[]): readonly XmlElement[] => {
  const [name, ...rest] = path;
  if (name === undefined) return [element];
  return element.children.filter((child) => child.name === name).flatMap((child) => elementsAt(child, ...rest));
};

/** Text of the first element at the end of a path; `undefined` when there is none. */
export const textAt = (element: XmlElement, ...path: readonly string[]): string | undefined =>
  elementsAt(element, ...path)[0]?.text;
