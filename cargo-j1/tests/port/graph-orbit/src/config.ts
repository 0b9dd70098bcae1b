export const instanceConfigFields: IntegrationInstanceConfigFieldMap = {
  apiToken: { type: 'string', mask: true },
};
