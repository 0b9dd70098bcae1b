import { IntegrationInstanceConfigFieldMap } from '@jupiterone/integration-sdk-core';

export const instanceConfigFields: IntegrationInstanceConfigFieldMap = {
  tenant: { type: 'string' },
  apiToken: { type: 'string', mask: true },
  includeArchived: { type: 'boolean', optional: true },
};
