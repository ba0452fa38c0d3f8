import { parseRevision } from './source-revision';

/**
 * How a wave that has baked badly is sent back.
 * @param before what it had before, as `revisionOfSources` writes it; `undefined` when nobody knows
 */
export const sendBackText = (stage: string, wave: string, before: string | undefined): string => {
  const promote = `npm run release -- promote --stage ${stage} --back ${wave} --despite-alarms`;
  const revision = before === undefined ? undefined : parseRevision(before);
  if (revision === undefined)
    return `To send ${wave} back: which commit ${wave} had before is not known; check out one that served well, then ${promote}`;
  const lost = revision.isDirty ? `; what ${wave} had besides (uncommitted changes) does not come back` : '';
  return `To send ${wave} back: git checkout ${revision.commit}, then ${promote}${lost}`;
};
