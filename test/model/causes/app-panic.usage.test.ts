import { describe } from 'vitest';
import { examineTold } from '../../support/examined-runs.ts';

describe('usage text, headlines and boxes that were kept back until the rules were done', () => {
  examineTold([
    {
      of: 'NestJS in colours',
      log: `\u001b[32m[Nest] 1  - \u001b[39m11/22/2026, 3:00:00 PM \u001b[32m    LOG\u001b[39m \u001b[38;5;3m[NestFactory] \u001b[39m\u001b[32mStarting Nest application...\u001b[39m
\u001b[31m[Nest] 1  - \u001b[39m11/22/2026, 3:00:01 PM \u001b[31m  ERROR\u001b[39m \u001b[38;5;3m[ExceptionHandler] \u001b[39m\u001b[31mNest can't resolve dependencies of the CartService (?). Please make sure that the argument CartRepository at index [0] is available in the CartModule context.\u001b[39m
Error: Nest can't resolve dependencies of the CartService (?). Please make sure that the argument CartRepository at index [0] is available in the CartModule context.

Potential solutions:
- Is CartModule a valid NestJS module?
- If CartRepository is a provider, is it part of the current CartModule?
    at Injector.lookupComponentInParentModules (/app/node_modules/@nestjs/core/injector/injector.js:262:19)
`,
      says: ["Nest can't resolve dependencies of the CartService"],
    },
  ]);
});

describe('usage text, headlines and boxes', () => {
  examineTold([
    {
      of: 'pydantic, two fields',
      log: `Traceback (most recent call last):
  File "/app/main.py", line 4, in <module>
    settings = Settings()
               ^^^^^^^^^^
  File "/usr/local/lib/python3.12/site-packages/pydantic_settings/main.py", line 171, in __init__
    super().__init__(
pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings
database_url
  Field required [type=missing, input_value={'debug': 'no'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.9/v/missing
api_key
  Field required [type=missing, input_value={'debug': 'no'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.9/v/missing
`,
      says: ['2 validation errors for Settings', 'database_url', 'Field required'],
    },
  ]);
});
