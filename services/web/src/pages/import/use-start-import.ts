import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useSubmitKey } from '../../api/commands';
import { keys } from '../../api/queries';
import { useApi } from '../../api/session';
import { rememberSource } from './source';

export interface ImportSubmit {
  csv: string;
  fileName: string;
  dryRun: boolean;
}

/** Starts an import and keeps its text for the actions after it. */
export function useStartImport() {
  const api = useApi();
  const queries = useQueryClient();
  const key = useSubmitKey();
  return useMutation({
    mutationFn: (submit: ImportSubmit) =>
      api.imports.start(submit.csv, submit.fileName, submit.dryRun, key.for(submit)),
    onError: (failure) => key.failed(failure),
    onSuccess: (job, { csv, fileName }) => {
      key.done();
      rememberSource(job.id, csv, fileName);
      queries.setQueryData(keys.import(job.id), job);
      void queries.invalidateQueries({ queryKey: keys.imports });
    },
  });
}
