-- What a person does in Neovim, and what is to be seen after each step.
-- Writes the steps as JSON to $STEPS; a step that never happens is missing there.

local seen = {}
local first, second = vim.env.FIRST, vim.env.SECOND

local function finish()
  local file = assert(io.open(vim.env.STEPS, "w"))
  file:write(vim.json.encode(seen))
  file:close()
  vim.cmd("qa!")
end

local function step(name, happened)
  local value
  vim.wait(30000, function()
    value = happened()
    return value and value ~= "" and (type(value) ~= "table" or #value > 0)
  end, 20)
  seen[name] = value or vim.NIL
  if not value then
    finish()
  end
  return value
end

-- The text that Neovim draws behind the lines, line by line.
local function drawn()
  local lines = {}
  for name, namespace in pairs(vim.api.nvim_get_namespaces()) do
    if name:match("codelens") then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })) do
        local text = ""
        for _, chunk in ipairs(mark[4].virt_text or {}) do
          text = text .. chunk[1]
        end
        table.insert(lines, mark[2] .. ": " .. text)
      end
    end
  end
  return lines
end

local function drawn_with(words)
  return function()
    for _, line in ipairs(drawn()) do
      if line:find(words, 1, true) then
        return line
      end
    end
  end
end

local function codes(path)
  return function()
    local found = {}
    for _, item in ipairs(vim.diagnostic.get(vim.fn.bufnr(path))) do
      table.insert(found, item.lnum .. " " .. item.code .. " " .. item.source)
    end
    return found
  end
end

-- Choose the lens of the current line whose title begins like this.
local function click(title)
  vim.ui.select = function(options, _, on_choice)
    for _, option in ipairs(options) do
      if option.lens.command.title:find(title, 1, true) == 1 then
        return on_choice(option)
      end
    end
  end
  vim.lsp.codelens.run()
end

local function read(url)
  return vim.fn.system({ vim.env.PYTHON, "-c",
    "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode(), end='')", url })
end

local function steps()
  vim.cmd("edit " .. vim.fn.fnameescape(first))
  step("stopped", drawn_with("Run locally"))
  step("collision", codes(first))

  -- The collision goes while the other file is typed, without a save.
  vim.cmd("edit " .. vim.fn.fnameescape(second))
  step("second", drawn_with("Run locally"))
  vim.api.nvim_buf_set_text(0, 4, 4, 4, 9, { "later" })
  step("no collision", function()
    return #codes(first)() == 0 and #codes(second)() == 0
  end)

  vim.cmd("write")
  vim.cmd("edit " .. vim.fn.fnameescape(first))
  vim.api.nvim_win_set_cursor(0, { 5, 0 })
  step("actions", function()
    local params = vim.lsp.util.make_range_params()
    params.context = { diagnostics = {} }
    local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 10000)
    local titles = {}
    for _, answer in pairs(answers or {}) do
      for _, action in ipairs(answer.result or {}) do
        table.insert(titles, action.title)
      end
    end
    return titles
  end)

  click("Run locally")
  local running = step("running", drawn_with("●"))
  step("status", function() return vim.g.funclens end)
  step("answer", function() return read(running:match("http://[^ ]+")) end)

  -- nvim-dap is told where to attach, and a debugger is there.
  local dap = { adapters = {} }
  function dap.run(session)
    dap.session = session
  end
  package.preload.dap = function() return dap end
  click("Debug")
  step("debug session", function() return dap.session and dap.session.name end)
  local adapter = dap.adapters[dap.session.type]
  step("debugger", function()
    local connection = vim.fn.sockconnect("tcp", adapter.host .. ":" .. adapter.port)
    return connection > 0 and adapter.type
  end)

  click("Stop")
  step("unit stopped", drawn_with("Stop All"))
  click("Stop All")
  step("stopped again", drawn_with("Run locally"))
end

local worked, problem = pcall(steps)
if not worked then
  seen.problem = problem
end
finish()
