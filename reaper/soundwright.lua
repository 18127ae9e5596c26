-- Soundwright for Reaper: sound for the time selection, made by a service on this machine or another.
--
-- Select a span of time and run the script: it asks what to make, sends it with the project's tempo to the service
-- (`soundwright serve`), shows how far it is, and puts the file on a new track at the beginning of the selection.
-- "film" scores the video item under the selection; without a selection an effect starts at the edit cursor and lasts
-- as long as it naturally does. Close the small window, or press Esc in it, to cancel.
--
-- Install: Actions > New action > Load ReaScript, and choose this file. It needs `curl`, which Windows 10, macOS and
-- most Linux systems have.

local TITLE, SECTION = "Soundwright", "soundwright"
local ADDRESS = "http://127.0.0.1:8765"
local LOOK_S = 0.5 -- between two looks at a job
local QUICK_MS, LONG_MS = 20000, 600000 -- how long a question may take, and a file on its way
local VERBS = { music = "music", effect = "effect", film = "soundtrack" }

-- JSON ---------------------------------------------------------------------------------------------------------------

local json = {}
local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r",
                  ["\t"] = "\\t" }
local UNESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

-- Bytes that are no UTF-8 become U+FFFD, so that what is sent is always JSON.
local function clean(text)
  local out, at = {}, 1
  while at <= #text do
    local _, bad = utf8.len(text, at)
    out[#out + 1] = text:sub(at, bad and bad - 1 or #text)
    if not bad then break end
    out[#out + 1] = "\u{FFFD}"
    at = bad + 1
  end
  return table.concat(out)
end

function json.encode(value)
  local kind = type(value)
  if kind == "string" then
    local escaped = clean(value):gsub('[%c"\\\127]', function(c)
      return ESCAPES[c] or string.format("\\u%04x", c:byte())
    end)
    return '"' .. escaped .. '"'
  elseif kind == "number" then
    if value ~= value or value == math.huge or value == -math.huge then error("no number for JSON: " .. value) end
    local written = math.type(value) == "integer" and "%d" or "%.17g"
    return (string.format(written, value):gsub(",", ".")) -- some locales write a comma
  elseif kind == "boolean" then
    return tostring(value)
  elseif kind == "table" then
    local parts = {}
    if #value > 0 then
      for _, part in ipairs(value) do parts[#parts + 1] = json.encode(part) end
      return "[" .. table.concat(parts, ",") .. "]"
    end
    local names = {}
    for name in pairs(value) do names[#names + 1] = name end
    table.sort(names)
    for _, name in ipairs(names) do parts[#parts + 1] = json.encode(name) .. ":" .. json.encode(value[name]) end
    return "{" .. table.concat(parts, ",") .. "}"
  end
  return "null"
end

local function fault(at) error("this is no JSON, at byte " .. at, 0) end

local function text_at(text, at)
  local out = {}
  while true do
    local stop = text:find('["\\]', at) or fault(at)
    out[#out + 1] = text:sub(at, stop - 1)
    if text:sub(stop, stop) == '"' then return table.concat(out), stop + 1 end
    local mark = text:sub(stop + 1, stop + 1)
    if mark == "u" then
      local code = tonumber(text:match("^%x%x%x%x", stop + 2) or fault(stop), 16)
      at = stop + 6
      if code >= 0xD800 and code < 0xDC00 then -- the first half of a pair
        local low = tonumber(text:match("^\\u(%x%x%x%x)", at) or "0", 16)
        if low >= 0xDC00 and low < 0xE000 then
          code, at = 0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00, at + 6
        end
      end
      if code >= 0xD800 and code < 0xE000 then code = 0xFFFD end
      out[#out + 1] = utf8.char(code)
    else
      out[#out + 1] = UNESCAPES[mark] or fault(stop)
      at = stop + 2
    end
  end
end

local function value_at(text, at)
  at = text:find("%S", at) or fault(at)
  local first = text:sub(at, at)
  if first == '"' then return text_at(text, at + 1) end
  if first == "{" or first == "[" then
    local out, close = {}, first == "{" and "}" or "]"
    at = text:find("%S", at + 1) or fault(at)
    if text:sub(at, at) == close then return out, at + 1 end
    while true do
      local name, value
      if first == "{" then
        at = text:find('"', at, true) or fault(at)
        name, at = text_at(text, at + 1)
        at = (text:match("^%s*:()", at)) or fault(at)
      end
      value, at = value_at(text, at)
      out[name or #out + 1] = value
      local mark, after = text:match("^%s*([,%]}])()", at)
      if mark == close then return out, after end
      if mark ~= "," then fault(at) end
      at = after
    end
  end
  if text:sub(at, at + 3) == "true" then return true, at + 4 end
  if text:sub(at, at + 4) == "false" then return false, at + 5 end
  if text:sub(at, at + 3) == "null" then return nil, at + 4 end
  local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at) or fault(at)
  return tonumber(number) or fault(at), at + #number
end

-- What a text of JSON holds; `null` is nil. Raises an error in one line for anything else.
function json.decode(text)
  local value, at = value_at(text, 1)
  if text:find("%S", at) then fault(at) end
  return value
end

-- The service --------------------------------------------------------------------------------------------------------

local service = { address = ADDRESS, key = "" }

local function slurp(path)
  local file = io.open(path, "rb")
  if not file then return "" end
  local text = file:read("a")
  file:close()
  return text
end

local function spill(path, text)
  local file = io.open(path, "wb") or error("cannot write " .. path, 0)
  file:write(text)
  file:close()
end

local function separator() return reaper.GetOS():find("^Win") and "\\" or "/" end

local count = 0
local function scratch(name)
  count = count + 1
  local stamp = string.format("%d-%d-%d", os.time(), math.floor(reaper.time_precise() * 1e6) % 1000000, count)
  return reaper.GetResourcePath() .. separator() .. "soundwright-" .. stamp .. "-" .. name
end

local function curl()
  local system = reaper.GetOS()
  if system:find("^Win") then return "curl.exe" end
  return reaper.file_exists("/usr/bin/curl") and "/usr/bin/curl" or "curl"
end

local function quoted(text) return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n") .. '"' end

-- One request; gives the status and what was answered. Everything goes through a file that curl reads, so that no word
-- of a prompt, and no key, stands on a command line.
--   what.json: a table to send; what.file: a file to send; what.into: where the answer's bytes go
function service.ask(method, path, what)
  what = what or {}
  local answer, orders = what.into or scratch("answer"), scratch("orders")
  local body = what.json and scratch("body")
  local lines = {
    "url = " .. quoted(service.address .. path), "request = " .. quoted(method), "output = " .. quoted(answer),
    'write-out = "%{http_code}"', "silent", "show-error", 'header = "expect:"',
  }
  if service.key ~= "" then lines[#lines + 1] = "header = " .. quoted("authorization: Bearer " .. service.key) end
  if body then
    spill(body, json.encode(what.json))
    lines[#lines + 1] = 'header = "content-type: application/json"'
    lines[#lines + 1] = "data-binary = " .. quoted("@" .. body)
  elseif what.file then
    lines[#lines + 1] = "header = " .. quoted("content-type: " .. what.kind)
    lines[#lines + 1] = "upload-file = " .. quoted(what.file)
  end
  spill(orders, table.concat(lines, "\n") .. "\n")
  local told = reaper.ExecProcess(curl() .. ' --config "' .. orders .. '"', what.slow and LONG_MS or QUICK_MS)
  os.remove(orders)
  if body then os.remove(body) end
  local code, status = (told or ""):match("^(%-?%d+)%s+(%d+)")
  local failed = code ~= "0" or status == "000"
  local text = not (failed or what.into) and slurp(answer) or ""
  if failed or not what.into then os.remove(answer) end
  if not told or code == "127" then error("curl could not be run, or took too long", 0) end
  if failed then error(service.address .. " does not answer. Start it with: soundwright serve", 0) end
  return tonumber(status), text
end

-- The answer of a request as a table. Raises what the service says of a refusal.
function service.call(method, path, what)
  local status, text = service.ask(method, path, what)
  local whole, answer = pcall(json.decode, text)
  if status >= 200 and status < 300 and whole then return answer end
  local said = whole and type(answer) == "table" and type(answer.error) == "table" and answer.error.message
  error(said or ("the service answers with status " .. status), 0)
end

local function encoded(name)
  return (name:gsub("[^%w%.%-_]", function(c) return string.format("%%%02X", c:byte()) end))
end

function service.upload(path)
  local name = path:match("[^/\\]+$")
  local what = { file = path, kind = "application/octet-stream", slow = true }
  return service.call("POST", "/v1/files?name=" .. encoded(name), what).id
end

-- A file of a job, written aside and renamed when it is whole.
function service.download(file, path)
  local aside = path .. ".part"
  local status = service.ask("GET", file.url, { into = aside, slow = true })
  local made = io.open(aside, "rb")
  local size = made and made:seek("end") or 0
  if made then made:close() end
  if status ~= 200 or size ~= file.bytes or not os.rename(aside, path) then
    os.remove(aside)
    error(file.name .. " did not come whole; try again", 0)
  end
end

-- The project --------------------------------------------------------------------------------------------------------

local function selection()
  local from, to = reaper.GetSet_LoopTimeRange(false, false, 0, 0, false)
  if to - from > 0.001 then return from, to - from end
  return reaper.GetCursorPosition(), nil
end

-- The project's tempo and metre at a time, as words for a prompt.
local function tempo_at(time)
  local beats, unit, bpm = reaper.TimeMap_GetTimeSigAtTime(0, time)
  local words = string.format("%.6f", bpm):gsub(",", "."):gsub("%.?0+$", "") .. " bpm"
  return beats == 4 and unit == 4 and words or string.format("%s, in %d/%d time", words, beats, unit)
end

-- The film under a span: the item, its file, and the second of the film that is seen at the span's beginning.
local function film_at(from, length)
  for number = 0, reaper.CountMediaItems(0) - 1 do
    local item = reaper.GetMediaItem(0, number)
    local start = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
    local stop = start + reaper.GetMediaItemInfo_Value(item, "D_LENGTH")
    local take = reaper.GetActiveTake(item)
    local source = take and reaper.GetMediaItemTake_Source(take)
    if source and reaper.GetMediaSourceType(source, "") == "VIDEO" and start < from + (length or 0) + 1e-9
      and stop > from then
      local rate = reaper.GetMediaItemTakeInfo_Value(take, "D_PLAYRATE")
      local begin = math.max(from, start)
      return {
        path = reaper.GetMediaSourceFileName(source, ""),
        from = begin,
        length = math.min(length and from + length or stop, stop) - begin,
        at = reaper.GetMediaItemTakeInfo_Value(take, "D_STARTOFFS") + (begin - start) * rate,
        rate = rate,
      }
    end
  end
  error("there is no film under the time selection", 0)
end

local function free_path(name)
  local folder = reaper.GetProjectPath("")
  local stem, ending = name:match("^(.*)(%.%w+)$")
  local path, number = folder .. separator() .. name, 1
  while reaper.file_exists(path) do
    number = number + 1
    path = folder .. separator() .. stem .. "-" .. number .. ending
  end
  return path
end

-- Put a file on a new track, as one step that can be undone.
local function insert(path, place)
  reaper.Undo_BeginBlock()
  reaper.PreventUIRefresh(1)
  local index = reaper.CountTracks(0)
  reaper.InsertTrackAtIndex(index, true)
  local track = reaper.GetTrack(0, index)
  reaper.GetSetMediaTrackInfo_String(track, "P_NAME", place.name, true)
  local item = reaper.AddMediaItemToTrack(track)
  local take = reaper.AddTakeToMediaItem(item)
  local source = reaper.PCM_Source_CreateFromFile(path)
  reaper.SetMediaItemTake_Source(take, source)
  reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", place.name, true)
  reaper.SetMediaItemTakeInfo_Value(take, "D_STARTOFFS", place.at or 0)
  reaper.SetMediaItemTakeInfo_Value(take, "D_PLAYRATE", place.rate or 1)
  reaper.SetMediaItemTakeInfo_Value(take, "B_PPITCH", place.rate and place.rate ~= 1 and 1 or 0)
  reaper.SetMediaItemInfo_Value(item, "B_LOOPSRC", 0)
  reaper.SetMediaItemInfo_Value(item, "D_POSITION", place.from)
  reaper.SetMediaItemInfo_Value(item, "D_LENGTH", place.length or (reaper.GetMediaSourceLength(source)))
  reaper.PreventUIRefresh(-1)
  reaper.Main_OnCommand(40047, 0) -- build missing peaks
  reaper.UpdateArrange()
  reaper.Undo_EndBlock("Soundwright: " .. place.name, -1)
end

-- The way from a question to an item ---------------------------------------------------------------------------------

local FIELDS = { "prompt", "kind", "seed", "tempo", "address", "key" }
local CAPTIONS = "What to hear,music / effect / film,Seed,Follow the project's tempo (y/n),Service,"
  .. "Key (if it wants one),extrawidth=260,separator=\n"
local DEFAULTS = { kind = "music", seed = "0", tempo = "y", address = ADDRESS }

-- What the person wants; nil where they want nothing.
local function asked()
  local values = {}
  for number, name in ipairs(FIELDS) do
    local kept = reaper.GetExtState(SECTION, name)
    values[number] = (kept ~= "" and kept or DEFAULTS[name] or ""):gsub("[\r\n]", " ")
  end
  local okay, said = reaper.GetUserInputs(TITLE, #FIELDS, CAPTIONS, table.concat(values, "\n"))
  if not okay then return nil end
  local wanted, number = {}, 0
  for value in (said .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    if FIELDS[number] then wanted[FIELDS[number]] = value:match("^%s*(.-)%s*$") end
  end
  for _, name in ipairs(FIELDS) do reaper.SetExtState(SECTION, name, wanted[name] or "", true) end
  return wanted
end

-- The job of a wish, and where its file will go. Raises errors in one line.
local function job_of(wanted)
  local verb = VERBS[wanted.kind:lower()] or error("say music, effect or film, not " .. wanted.kind, 0)
  local seed = math.tointeger(tonumber(wanted.seed)) or error("the seed is a whole number, not " .. wanted.seed, 0)
  local from, length = selection()
  local job = { verb = verb, prompt = wanted.prompt, seed = seed }
  local place = { from = from, name = wanted.prompt ~= "" and wanted.prompt or wanted.kind }
  if verb == "soundtrack" then
    local film = film_at(from, length)
    place.from, place.length, place.at, place.rate = film.from, film.length, film.at, film.rate
    job.video = service.upload(film.path)
    return job, place
  end
  if wanted.prompt == "" then error("say what you want to hear", 0) end
  if verb == "music" and not length then error("select the span of time that the music should fill", 0) end
  job.duration_s = length
  if verb == "music" and wanted.tempo:lower():find("^y") and not wanted.prompt:lower():find("%d%s*bpm") then
    job.prompt = wanted.prompt .. ", " .. tempo_at(from)
  end
  return job, place
end

local function show(job)
  local words = { queued = "waits for its turn", running = job.stage or "" }
  gfx.set(0.98, 0.98, 0.97)
  gfx.rect(0, 0, gfx.w, gfx.h, 1)
  gfx.set(0.15, 0.37, 0.54)
  gfx.rect(16, 52, math.floor((gfx.w - 32) * (job.percent or 0) / 100), 10, 1)
  gfx.set(0.24, 0.26, 0.31)
  gfx.rect(16, 52, gfx.w - 32, 10, 0)
  gfx.x, gfx.y = 16, 20
  gfx.drawstr(string.format("%s  %.0f %%", words[job.state] or job.state, job.percent or 0))
  gfx.x, gfx.y = 16, 76
  gfx.drawstr("Esc, or close this window, cancels")
  gfx.update()
end

local function complain(message)
  gfx.quit()
  reaper.ShowMessageBox(tostring(message):gsub("%s+", " "), TITLE, 0)
end

local running -- the id of the job that is still to be cancelled when the script ends

local function cancel()
  if not running then return end
  local id = running
  running = nil
  pcall(service.call, "POST", "/v1/jobs/" .. id .. "/cancel", { json = {} })
end

local function fetched(job, place)
  local file
  for _, one in ipairs(job.files) do
    if one.role == "audio" or one.role == "video" then file = file or one end
  end
  if not file then error("the job is done, but holds no sound", 0) end
  local path = free_path(file.name)
  service.download(file, path)
  insert(path, place)
end

local function follow(id, place)
  local looked = -LOOK_S
  local job = { state = "queued" }

  local function step()
    local key = gfx.getchar()
    if key < 0 or key == 27 then
      cancel()
      gfx.quit()
      return
    end
    if reaper.time_precise() - looked >= LOOK_S then
      looked = reaper.time_precise()
      job = service.call("GET", "/v1/jobs/" .. id)
      if job.state == "done" then
        running = nil
        gfx.quit()
        fetched(job, place)
        return
      elseif job.state == "failed" then
        running = nil
        error(job.error and job.error.message or "the job failed", 0)
      elseif job.state == "cancelled" then
        running = nil
        gfx.quit()
        return
      end
    end
    show(job)
    return true
  end

  local function again()
    local okay, more = pcall(step)
    if not okay then
      cancel()
      complain(more)
    elseif more then
      reaper.defer(again)
    end
  end
  again()
end

local function main()
  local wanted = asked()
  if not wanted then return end
  service.address = (wanted.address ~= "" and wanted.address or ADDRESS):gsub("/+$", "")
  service.key = wanted.key or ""
  local okay, said = pcall(function()
    local job, place = job_of(wanted)
    running = service.call("POST", "/v1/jobs", { json = job }).id
    gfx.init(TITLE, 420, 110)
    follow(running, place)
  end)
  if not okay then
    cancel()
    complain(said)
  end
end

if SOUNDWRIGHT_PARTS then -- a test looks inside
  SOUNDWRIGHT_PARTS.json, SOUNDWRIGHT_PARTS.quoted = json, quoted
else
  reaper.atexit(cancel)
  main()
end
