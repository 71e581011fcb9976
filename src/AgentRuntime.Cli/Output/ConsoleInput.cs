using System.Security.Cryptography;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Output;

/// <summary>Standard input. The only place that names the console for input.</summary>
internal sealed class ConsoleInput(ConsoleStreams streams) : IInput
{
    private const int LongestTyped = 8192;

    /// <inheritdoc/>
    public bool IsTerminal { get; } = !Console.IsInputRedirected;

    /// <inheritdoc/>
    public Stream OpenStandardInput() => Console.OpenStandardInput();

    /// <summary>Reads key by key into a buffer that is zeroed, so that the value is never a managed string.</summary>
    public async Task<SecretValue> AskHiddenAsync(string prompt, CancellationToken cancellationToken)
    {
        // The terminal stops echoing before the prompt invites anyone to type: what is pasted at once would be shown.
        _ = Console.KeyAvailable;
        streams.Error.Write(prompt);
        streams.Error.Flush();
        var typed = GC.AllocateArray<char>(LongestTyped, pinned: true);
        var length = 0;
        try
        {
            while (true)
            {
                var key = await UnlessCancelledAsync(static () => Console.ReadKey(intercept: true), cancellationToken);
                if (key.Key == ConsoleKey.Enter)
                {
                    return SecretValue.CopyUtf8(typed.AsSpan(0, length));
                }

                if (key.Key == ConsoleKey.Backspace)
                {
                    length = Math.Max(0, length - 1);
                }
                else if (!char.IsControl(key.KeyChar))
                {
                    if (length == LongestTyped)
                    {
                        throw new CliException(ExitCode.BadInput, "value_too_long", "A typed value has at most 8192 characters.", "Use --file or standard input for a longer one.");
                    }

                    typed[length] = key.KeyChar;
                    length++;
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(typed.AsSpan()));
            streams.Error.WriteLine(string.Empty);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken)
    {
        if (!IsTerminal)
        {
            return false;
        }

        streams.Error.Write($"{question} [y/N] ");
        streams.Error.Flush();
        var answer = await UnlessCancelledAsync(Console.ReadLine, cancellationToken);
        return answer?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>Waits for a person, who may rather end the command. The console cannot be asked to stop reading; the read that is left over ends with the process.</summary>
    private static Task<T> UnlessCancelledAsync<T>(Func<T> read, CancellationToken cancellationToken) =>
        Task.Run(read, CancellationToken.None).WaitAsync(cancellationToken);
}
