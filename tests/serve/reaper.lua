-- A stand-in for Reaper: it answers as a project that a scenario describes, runs processes for real, keeps a clock that
-- goes on with every round of deferred functions, and writes down what is done to the project.
--   lua reaper.lua SCRIPT SCENARIO.lua; prints one line for each thing done, its parts apart by tabs

local script, scenario = arg[1], dofile(arg[2])
local now, waiting, leaving, rounds, kept = 0, {}, {}, 0, {}

local function told(...)
  local parts = {}
  for _, part in ipairs({ ... }) do parts[#parts + 1] = (tostring(part):gsub("[\t\n]", " ")) end
  print(table.concat(parts, "\t"))
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- Seconds of a WAV file, by its header.
local function seconds(path)
  local file = assert(io.open(path, "rb"))
  local bytes = file:read("a")
  file:close()
  local at, rate = 13, 1
  while at < #bytes do
    local id, size = bytes:sub(at, at + 3), string.unpack("<I4", bytes, at + 4)
    if id == "fmt " then rate = string.unpack("<I4", bytes, at + 16) end
    if id == "data" then return size / rate end
    at = at + 8 + size + size % 2
  end
end

reaper = {
  GetOS = function() return "Other" end,
  GetResourcePath = function() return scenario.resources end,
  GetProjectPath = function() return scenario.project end,
  GetExtState = function(_, name) return kept[name] or "" end,
  SetExtState = function(_, name, value) kept[name] = value end,
  GetUserInputs = function(_, count, captions, defaults)
    assert(select(2, captions:gsub(",", ",")) == count + 1, "as many captions as fields")
    assert(select(2, defaults:gsub("\n", "\n")) == count - 1, "as many defaults as fields")
    if not scenario.inputs then return false, "" end
    return true, table.concat(scenario.inputs, "\n")
  end,
  GetSet_LoopTimeRange = function() return scenario.from or 0, scenario.to or 0 end,
  GetCursorPosition = function() return scenario.cursor or 0 end,
  TimeMap_GetTimeSigAtTime = function() return scenario.beats or 4, scenario.unit or 4, scenario.bpm or 120 end,
  ExecProcess = function(command)
    local process = assert(io.popen(command .. " 2>&1"))
    local said = process:read("a")
    local _, _, code = process:close()
    return code .. "\n" .. said
  end,
  file_exists = exists,
  time_precise = function() return now end,
  defer = function(later) waiting[#waiting + 1] = later end,
  atexit = function(later) leaving[#leaving + 1] = later end,
  ShowMessageBox = function(message, title, kind) told("message", message, title, kind) end,
  CountMediaItems = function() return #(scenario.items or {}) end,
  GetMediaItem = function(_, number) return scenario.items[number + 1] end,
  GetMediaItemInfo_Value = function(item, name) return item[name] end,
  GetActiveTake = function(item) return item.take end,
  GetMediaItemTake_Source = function(take) return take.source end,
  GetMediaItemTakeInfo_Value = function(take, name) return take[name] end,
  GetMediaSourceType = function(source) return source.type end,
  GetMediaSourceFileName = function(source) return source.path end,
  CountTracks = function() return scenario.tracks or 2 end,
  InsertTrackAtIndex = function(index) told("track", index) end,
  GetTrack = function(_, index) return index end,
  GetSetMediaTrackInfo_String = function(track, name, value) told("track name", track, name, value) end,
  AddMediaItemToTrack = function(track) told("item", track) return {} end,
  AddTakeToMediaItem = function() return {} end,
  PCM_Source_CreateFromFile = function(path) told("source", path) return { path = path } end,
  GetMediaSourceLength = function(source) return seconds(source.path), false end,
  SetMediaItemTake_Source = function() end,
  GetSetMediaItemTakeInfo_String = function() end,
  SetMediaItemTakeInfo_Value = function(_, name, value) told("take", name, value) end,
  SetMediaItemInfo_Value = function(_, name, value) told("place", name, value) end,
  Undo_BeginBlock = function() told("undo begins") end,
  Undo_EndBlock = function(name) told("undo ends", name) end,
  PreventUIRefresh = function() end,
  Main_OnCommand = function() end,
  UpdateArrange = function() end,
}
gfx = {
  w = 420, h = 110,
  init = function() told("window") end,
  quit = function() end, set = function() end, rect = function() end, update = function() end,
  drawstr = function(text) if scenario.draws then told("drawn", text) end end,
  getchar = function() return scenario.cancel_after and rounds >= scenario.cancel_after and 27 or 0 end,
}

dofile(script)
while #waiting > 0 do
  rounds, now = rounds + 1, now + 0.25
  os.execute("sleep 0.05")
  local round = waiting
  waiting = {}
  for _, later in ipairs(round) do later() end
end
for _, later in ipairs(leaving) do later() end
told("ended")
