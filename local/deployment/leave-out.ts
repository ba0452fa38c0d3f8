import type { Gap } from '../emulator/left-out';

/** A CloudFormation template, as far as leaving out resources needs to know it. */
export interface Template {
  readonly Resources?: { readonly [logicalId: string]: TemplateResource };
  readonly Outputs?: { readonly [name: string]: unknown };
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: object;
  readonly DependsOn?: string | readonly string[];
  readonly UpdatePolicy?: object;
}

/** Something that stays refers to a resource that an emulator cannot have. */
export class LeftOutReferenceError extends Error {
  override readonly name = 'LeftOutReferenceError';
}

/** Logical ids that a value refers to, by Ref, Fn::GetAtt or Fn::Sub. */
const referencesIn = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (key === 'Ref' && typeof inner === 'string') return [inner];
    if (key === 'Fn::GetAtt') {
      const target: unknown = Array.isArray(inner) ? inner[0] : inner;
      return typeof target === 'string' ? [target.split('.')[0] ?? target] : [];
    }
    if (key === 'Fn::Sub') {
      const text: unknown = Array.isArray(inner) ? inner[0] : inner;
      const names =
        typeof text === 'string' ? [...text.matchAll(/\$\{([A-Za-z0-9]+)/g)].map(([, name]) => name ?? '') : [];
      return [...names, ...referencesIn(Array.isArray(inner) ? inner.slice(1) : undefined)];
    }
    return referencesIn(inner);
  });
};

const without = (dependsOn: string | readonly string[], removed: ReadonlySet<string>): readonly string[] =>
  (typeof dependsOn === 'string' ? [dependsOn] : dependsOn).filter((id) => !removed.has(id));

const speaksOf = (value: unknown, removed: ReadonlySet<string>): boolean =>
  referencesIn(value).some((target) => removed.has(target));

/**
 * A template without the resources that an emulator refuses, and the logical ids of those. Outputs and update policies that speak of them
 * go too, and nobody waits for them.
 * @throws LeftOutReferenceError a resource that stays refers to one that goes
 */
export const leaveOut = (
  template: Template,
  gaps: readonly Gap[],
): { template: Template; removed: readonly string[] } => {
  const resources = Object.entries(template.Resources ?? {});
  const gone = ([, resource]: [string, TemplateResource]): boolean =>
    gaps.some(({ leavesOut }) => leavesOut?.(resource) === true);
  const removed = new Set(resources.filter(gone).map(([id]) => id));
  if (removed.size === 0) return { template, removed: [] };
  const kept = resources.filter(([id]) => !removed.has(id));
  for (const [id, { Type, Properties }] of kept) {
    const missing = referencesIn(Properties).find((target) => removed.has(target));
    if (missing !== undefined) {
      throw new LeftOutReferenceError(
        `${id} (${Type}) refers to ${missing}, which local/emulator/left-out.ts leaves out`,
      );
    }
  }
  const outputs = Object.entries(template.Outputs ?? {});
  return {
    template: {
      ...template,
      Resources: Object.fromEntries(
        kept.map(([id, { DependsOn, UpdatePolicy, ...resource }]) => {
          const left = DependsOn === undefined ? [] : without(DependsOn, removed);
          const isPlayed = UpdatePolicy !== undefined && !speaksOf(UpdatePolicy, removed);
          return [id, { ...resource, ...(isPlayed && { UpdatePolicy }), ...(left.length > 0 && { DependsOn: left }) }];
        }),
      ),
      Outputs: Object.fromEntries(outputs.filter(([, value]) => !speaksOf(value, removed))),
    },
    removed: [...removed],
  };
};
