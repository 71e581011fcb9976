using System.Diagnostics;
using System.Text;

namespace AgentRuntime.TestKit.Cli;

/// <summary>Runs the real command as a process of its own: a home of its own, nothing of the caller's environment but the PATH.</summary>
/// <param name="Program">The built program or the installed tool.</param>
/// <param name="Home">The home folder of the process.</param>
/// <param name="Folder">Its working folder.</param>
public sealed record CliProcess(string Program, string Home, string Folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>The PATH of the process; <c>null</c> means the one of the tests.</summary>
    public string? Path { get; init; }

    /// <summary>More variables of its environment.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <summary>Runs a command to its end.</summary>
    public Task<CliResult> RunAsync(params string[] arguments) => RunAsync(input: null, arguments);

    /// <summary>Runs a command to its end with this on its standard input.</summary>
    public async Task<CliResult> RunWithAsync(string input, params string[] arguments) => await RunAsync(input, arguments);

    /// <summary>Starts a command and leaves it running; the caller ends it with <see cref="EndAsync"/>.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "DOTNET_ROOT" or "TMPDIR")).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = Home;
        if (Path is not null)
        {
            start.Environment["PATH"] = Path;
        }

        foreach (var (name, value) in Variables ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Sends a POSIX signal, such as <c>INT</c>.</summary>
    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end and collects what was said.</summary>
    public static async Task<CliResult> EndAsync(Process process, string alreadyRead = "")
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The command did not end within {Patience.TotalSeconds} s.");
        }

        return new CliResult(process.ExitCode, alreadyRead + await output, await errors);
    }

    private async Task<CliResult> RunAsync(string? input, string[] arguments)
    {
        using var process = Start(arguments);
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        return await EndAsync(process);
    }
}
