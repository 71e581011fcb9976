using System.Diagnostics;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using Microsoft.Extensions.Logging;

namespace AgentRuntime.Mcp.Processes;

/// <summary>One running stdio server with everything it started, in a session and process group of its own where the system has them.</summary>
/// <remarks>
/// On Linux the program is started through <c>setsid</c> (util-linux), so that the process leads its own group and signals reach its
/// descendants. Elsewhere, or without <c>setsid</c>, the process tree is killed, which misses descendants that were already orphaned.
/// When the runtime itself dies, the closed input tells the server to end.
/// </remarks>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan GroupPollInterval = TimeSpan.FromMilliseconds(20);
    private readonly Process _process;
    private readonly ServerName _server;
    private readonly StderrCapture _stderr;
    private readonly Task _stderrRead;
    private readonly TimeSpan _grace;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly bool _ownGroup;
    private readonly int _id;
    private Task? _stopping;
    private int? _exitCode;

    private ServerProcess(Process process, bool ownGroup, ServerName server, StderrCapture stderr, TimeSpan grace, TimeProvider time, ILogger logger)
    {
        _process = process;
        _ownGroup = ownGroup;
        _id = process.Id;
        _server = server;
        _stderr = stderr;
        _grace = grace;
        _time = time;
        _logger = logger;
        _stderrRead = _stderr.RunAsync(process.StandardError.BaseStream);
        Exited = process.WaitForExitAsync();
    }

    /// <summary>Completes when the process itself has ended.</summary>
    public Task Exited { get; }

    /// <summary>The process' id, which is its group's id as well.</summary>
    public int Id => _id;

    /// <summary>The process' input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>The process' output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The last error output, scrubbed.</summary>
    public string StderrTail => _stderr.Tail;

    /// <summary>The exit code, once ended.</summary>
    public int? ExitCode => _exitCode ?? (Exited.IsCompleted ? ReadExitCode() : null);

    /// <summary>Whether it ended, or closed its output, before it was asked to.</summary>
    public bool EndedByItself { get; private set; }

    /// <summary>Starts the program. The credential's parts in <paramref name="start"/> are dropped from it when this returns.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The system cannot start it.</exception>
    public static ServerProcess Start(ProcessStartInfo start, bool ownGroup, ServerName server, IScrubber scrubber, int stderrBytes, TimeSpan grace, TimeProvider time, ILogger logger)
    {
        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException("The system started no process.");
            LogStarted(logger, server, process.Id);
            return new ServerProcess(process, ownGroup, server, new StderrCapture(server, scrubber, stderrBytes, logger), grace, time, logger);
        }
        finally
        {
            start.Environment.Clear();
            start.ArgumentList.Clear();
        }
    }

    /// <summary>Waits, at most the grace, until the process has ended and all its error output was read.</summary>
    /// <returns>Whether it has ended.</returns>
    public async Task<bool> WaitForEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Exited.WaitAsync(_grace, _time, cancellationToken);
            await _stderrRead.WaitAsync(_grace, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
        }

        return Exited.IsCompleted;
    }

    /// <summary>Closes the input, then asks the group to end, then ends it. Idempotent; all callers wait for the same end.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            EndedByItself |= _stopping is null && Exited.IsCompleted;
            _stopping ??= Task.Run(StopAsync);
            return new ValueTask(_stopping);
        }
    }

    /// <summary>Says that the process closed its output.</summary>
    public void NoteOutputEnded()
    {
        lock (_gate)
        {
            EndedByItself |= _stopping is null;
        }
    }

    private async Task StopAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
        }

        if (!await EndsWithinGraceAsync(Exited))
        {
            Ask();
            await EndsWithinGraceAsync(Exited);
        }

        await EndRestAsync();
        await EndsWithinGraceAsync(Exited);
        await EndsWithinGraceAsync(_stderrRead);
        _exitCode = ReadExitCode();
        LogStopped(_logger, _server, _id, _exitCode);
        _process.Dispose();
    }

    private int? ReadExitCode()
    {
        try
        {
            return _process.HasExited ? _process.ExitCode : null;
        }
        catch (InvalidOperationException)
        {
            return _exitCode;
        }
    }

    private void Ask()
    {
        if (_ownGroup)
        {
            ProcessGroup.RequestEnd(_id);
        }
    }

    /// <summary>Ends what is left of the group: descendants that outlived the server.</summary>
    private async Task EndRestAsync()
    {
        if (!_ownGroup)
        {
            KillTree();
            return;
        }

        if (Exited.IsCompleted && ProcessGroup.HasMembers(_id))
        {
            ProcessGroup.RequestEnd(_id);
            var deadline = _time.GetUtcNow() + _grace;
            while (ProcessGroup.HasMembers(_id) && _time.GetUtcNow() < deadline)
            {
                await Task.Delay(GroupPollInterval, _time, CancellationToken.None);
            }
        }

        ProcessGroup.ForceEnd(_id);
    }

    private void KillTree()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
        }
    }

    private async Task<bool> EndsWithinGraceAsync(Task task)
    {
        try
        {
            await task.WaitAsync(_grace, _time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    [LoggerMessage(EventId = 3003, Level = LogLevel.Debug, Message = "{Server} started as process {Process}.")]
    private static partial void LogStarted(ILogger logger, ServerName server, int process);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Debug, Message = "{Server}, process {Process}, ended with code {ExitCode}.")]
    private static partial void LogStopped(ILogger logger, ServerName server, int process, int? exitCode);
}
