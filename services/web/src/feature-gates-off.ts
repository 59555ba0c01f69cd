/**
 * Takes the place of the component library's client for remote feature gates (see
 * `vite.config.ts`): every gate is off, every experiment at its default. It saves a third of the
 * first page and leaves no code that could call a foreign service.
 */
const FeatureGates = {
  checkGate: (): boolean => false,
  getExperimentValue: <T>(_experiment: string, _parameter: string, fallback: T): T => fallback,
};

export default FeatureGates;
