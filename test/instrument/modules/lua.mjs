// wasmoon: Lua, whose errors are longjmp.
import { print, require } from './files.js';

const { LuaFactory } = require('wasmoon');
const lua = await new LuaFactory().createEngine();
print(
  JSON.stringify(
    await lua.doString(`
      local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
      local t, caught = {}, 0
      for i = 1, 300 do t[i] = (i * 7919) % 1009 end
      table.sort(t)
      for i = 1, 50 do if not pcall(error, 'x') then caught = caught + 1 end end
      return table.concat(t, ',') .. fib(15) .. ' ' .. caught .. string.rep('ab', 20):gsub('a(b)', '%1a')
    `),
  ),
);
