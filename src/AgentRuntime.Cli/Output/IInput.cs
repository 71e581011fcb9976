using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Output;

/// <summary>What a person types or pipes in.</summary>
internal interface IInput
{
    /// <summary>Whether a person types.</summary>
    bool IsTerminal { get; }

    /// <summary>Standard input as bytes.</summary>
    Stream OpenStandardInput();

    /// <summary>Asks for a value without showing it. Only when <see cref="IsTerminal"/>.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, such as by Ctrl-C; nothing that was typed is kept.</exception>
    Task<SecretValue> AskHiddenAsync(string prompt, CancellationToken cancellationToken);

    /// <summary>Asks for yes or no; no when nobody can answer.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, such as by Ctrl-C.</exception>
    Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken);
}
