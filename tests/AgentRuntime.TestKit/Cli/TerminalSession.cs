using System.Diagnostics;
using System.Text;

namespace AgentRuntime.TestKit.Cli;

/// <summary>The real command on a terminal of its own, made by <c>script</c> of util-linux. What the terminal shows is read, what a person types is written.</summary>
/// <remarks>Ctrl-C works also where the tests themselves were started with the signal ignored, as in the background of a shell. The terminal echoes what is typed, as a terminal does, until the command turns that off.</remarks>
public sealed class TerminalSession : IDisposable
{
    private readonly Process _script;
    private readonly StringBuilder _shown = new();

    private TerminalSession(Process script) => _script = script;

    /// <summary>Everything that the terminal has shown and that was read.</summary>
    public string Shown => _shown.ToString();

    /// <summary>Starts the command.</summary>
    public static TerminalSession Start(CliProcess command, params string[] arguments)
    {
        var line = string.Join(' ', arguments.Prepend(command.Program).Select(argument => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        var script = command with { Program = "script" };
        return new TerminalSession(script.Start("--quiet", "--return", "--flush", "--echo", "always", "--command", $"exec env --default-signal=INT {line}", "/dev/null"));
    }

    /// <summary>Reads until the terminal shows <paramref name="text"/> for the <paramref name="times"/>th time.</summary>
    public async Task ReadUntilAsync(string text, int times = 1)
    {
        var buffer = new char[1024];
        while (Shown.Split(text).Length <= times)
        {
            var read = await _script.StandardOutput.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.True(read > 0, $"The command ended before it showed '{text}'. It showed:\n{Shown}");
            _shown.Append(buffer, 0, read);
        }
    }

    /// <summary>Types.</summary>
    public async Task TypeAsync(string text)
    {
        await _script.StandardInput.WriteAsync(text);
        await _script.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Presses Ctrl-C.</summary>
    public Task InterruptAsync() => TypeAsync("\u0003");

    /// <summary>Waits for the end; the exit code is that of the command.</summary>
    public async Task<CliResult> EndAsync()
    {
        var result = await CliProcess.EndAsync(_script, Shown);
        _shown.Clear().Append(result.Output);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _script.Dispose();
}
