import { Entities } from '../../constants';

const keyOf = (entity: { _type: string }, id: string) => `${entity._type}:${id}`;

export function createAccountEntity(account: Account) {
  return createIntegrationEntity({
    entityData: {
      source: account,
      assign: {
        _key: keyOf(Entities.ACCOUNT, account.uuid),
        _type: Entities.ACCOUNT._type,
        _class: Entities.ACCOUNT._class,
        name: account.title,
        probeLimit: account.probe_limit,
      },
    },
  });
}
