using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Secrets;
using Microsoft.Win32.SafeHandles;

namespace AgentRuntime.Cli.Composition;

/// <summary>Where the passphrase of the secret store comes from: a file descriptor that the caller left open, or a person who types it unseen.</summary>
/// <remarks>Kept until disposed, because a new store asks when it is made and again when it is opened.</remarks>
/// <param name="input">The person.</param>
/// <param name="descriptor">The number of the descriptor, or <c>null</c> to ask.</param>
/// <param name="store">The file of the store; a person types the passphrase of a new one twice.</param>
internal sealed class PassphraseIntake(IInput input, int? descriptor, string store) : IDisposable
{
    private const int FirstOfTheCaller = 3;
    private const int CloseOnExec = 0x80000;

    private SecretValue? _given;

    /// <summary>The passphrase; <c>null</c> when there is nobody to ask.</summary>
    /// <exception cref="CliException">The descriptor cannot be read.</exception>
    public async ValueTask<SecretValue?> ReadAsync(CancellationToken cancellationToken)
    {
        _given ??= descriptor is { } number ? await ReadDescriptorAsync(number, cancellationToken)
            : input.IsTerminal ? await AskAsync(cancellationToken)
            : null;
        return _given?.Duplicate();
    }

    /// <inheritdoc/>
    public void Dispose() => _given?.Dispose();

    private async Task<SecretValue> AskAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(store))
        {
            return await input.AskHiddenAsync("Passphrase of the secret store: ", cancellationToken);
        }

        using var first = await input.AskHiddenAsync("Passphrase for the new secret store: ", cancellationToken);
        using var again = await input.AskHiddenAsync("The same once more: ", cancellationToken);
        if (first.FixedTimeEquals(again))
        {
            return first.Duplicate();
        }

        throw new CliException(ExitCode.BadInput, "passphrases_differ", "The two passphrases are not the same, so no store was made.", "Run the command again.");
    }

    private static async Task<SecretValue> ReadDescriptorAsync(int number, CancellationToken cancellationToken)
    {
        if (number < FirstOfTheCaller || !IsInherited(number))
        {
            throw Unreadable(number);
        }

        try
        {
            // Closed after reading, so that no tool server inherits it.
            await using var source = new FileStream(new SafeFileHandle(number, ownsHandle: true), FileAccess.Read, bufferSize: 0);
            return await SecretIntake.ReadValueAsync(source, cancellationToken);
        }
        catch (Exception exception) when (exception is CliException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unreadable(number);
        }
    }

    /// <summary>Whether the caller left it open. A descriptor that this process opened itself closes on exec, and reading it could wait for ever.</summary>
    private static bool IsInherited(int number)
    {
        var information = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{number}");
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        try
        {
            var flags = File.ReadLines(information).First(line => line.StartsWith("flags:", StringComparison.Ordinal))["flags:".Length..].Trim();
            return (Convert.ToInt64(flags, 8) & CloseOnExec) == 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static CliException Unreadable(int number) => new(
        ExitCode.BadInput,
        "bad_passphrase_fd",
        $"The passphrase cannot be read from file descriptor {number}: it is empty, not open for reading, or not the caller's.",
        "Open it in the shell: agentruntime ... --passphrase-fd 3 3< FILE. Numbers below 3 are the standard streams.");
}
