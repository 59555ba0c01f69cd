import type { Import } from '../../api/model';
import { t } from '../../messages';

/** The name of an import's file, or what stands for one that has none or was erased. */
export function importName({
  fileName,
  fileNameErased,
}: Pick<Import, 'fileName' | 'fileNameErased'>): string {
  return fileName ?? (fileNameErased ? t('imports.erased') : t('imports.pasted'));
}
