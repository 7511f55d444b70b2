import { expect, it } from 'vitest';
import { isSecretName } from './secretNames.ts';

it('tells names of secrets from names that only sound like it', () => {
  const secret = [
    'API_KEY',
    'OPENAI_API_KEY',
    'GITHUB_TOKEN',
    'DB_PASSWORD',
    'aws_secret_access_key',
    'PGPASSWORD',
    'NPM_AUTH',
    'token',
  ];
  const plain = [
    'PATH',
    'PWD',
    'HOME',
    'NODE_ENV',
    'KEYBOARD',
    'MONKEY',
    'TOKENIZERS_PARALLELISM',
    'GOOGLE_CREDENTIALS_FILE',
    'AWS_ACCESS_KEY_ID',
    'LANG',
  ];
  expect(secret.filter((name) => !isSecretName(name))).toEqual([]);
  expect(plain.filter(isSecretName)).toEqual([]);
});
