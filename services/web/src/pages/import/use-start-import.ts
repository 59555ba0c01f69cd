import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSubmitKey } from '../../api/commands';
import type { ImportChoices } from '../../api/model';
import { keys } from '../../api/queries';
import { useApi } from '../../api/session';
import { rememberSource, type Source } from './source';

export interface ImportSubmit {
  source: Source;
  choices: ImportChoices;
  dryRun: boolean;
}

/** Starts an import and keeps its file for the actions after it. */
export function useStartImport() {
  const api = useApi();
  const queries = useQueryClient();
  const key = useSubmitKey();
  return useMutation({
    mutationFn: ({ source, choices, dryRun }: ImportSubmit) => {
      const { fileName, bytes, number } = source;
      return api.imports.start(bytes, { fileName, dryRun, ...choices }, key.for([number, choices, dryRun]));
    },
    onError: (failure) => key.failed(failure),
    onSuccess: (job, { source, choices }) => {
      key.done();
      rememberSource(job.id, { source, choices });
      queries.setQueryData(keys.import(job.id), job);
      void queries.invalidateQueries({ queryKey: keys.imports });
    },
  });
}
