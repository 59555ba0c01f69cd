import { setBooleanFeatureFlagResolver } from '@atlaskit/platform-feature-flags';

// The component library asks for feature gates we do not run; saying "off" once keeps the console
// quiet. Imported before any component, since some ask while their module loads.
setBooleanFeatureFlagResolver(() => false);
