import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from './session';
import type { Failure } from '../host/failure';
import type { Api } from './client';
import { keys } from './queries';
import type { Asset } from './model';

/** Statuses after which the same request is sent again. */
const RETRIED = [401, 408, 425, 429];

/** The refusal of a request whose first try is still under way: it is sent again, too. */
const KEY_IN_USE = 'request.idempotency_key_in_use';

/**
 * The Idempotency-Key of a submit. A retry of the same content keeps the key, so it cannot act
 * twice after a lost answer; other content, or another submit after success, is a new request and
 * gets a new key.
 */
export class SubmitKey {
  private content: string | null = null;
  private key = '';

  for(content: unknown): string {
    const text = JSON.stringify(content);
    if (text !== this.content) {
      this.content = text;
      this.key = crypto.randomUUID();
    }
    return this.key;
  }

  done(): void {
    this.content = null;
  }

  /**
   * A refusal is final, so a retry is a new request; after anything else the command may have been
   * carried out.
   */
  failed(failure: Failure): void {
    const { code, status } = failure;
    if (code === KEY_IN_USE) return;
    if (status != null && status >= 400 && status < 500 && !RETRIED.includes(status)) this.done();
  }
}

export function useSubmitKey(): SubmitKey {
  return useState(() => new SubmitKey())[0];
}

/**
 * A command on an asset (or its registration). `run` gets the body and the key; afterwards the
 * answer is the cached asset, and every list, count and history is fetched again. An asset that
 * leaves the register has no answer.
 */
export function useAssetCommand<B, A extends Asset | null = Asset>(
  run: (api: Api, body: B, key: string) => Promise<A>,
) {
  const api = useApi();
  const queries = useQueryClient();
  const key = useSubmitKey();
  return useMutation({
    mutationFn: (body: B) => run(api, body, key.for(body)),
    onError: (failure) => key.failed(failure),
    onSuccess: (asset) => {
      key.done();
      if (asset) queries.setQueryData([...keys.asset(asset.id), 'now'], asset);
      else queries.removeQueries({ queryKey: keys.anyAsset });
      void queries.invalidateQueries({ queryKey: keys.assets });
      void queries.invalidateQueries({ queryKey: asset ? keys.history(asset.id) : keys.anyHistory });
    },
  });
}
