using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AgentRuntime.Cli.Logging;

/// <summary>Writes log lines to standard error, through the scrubbing writer.</summary>
internal sealed class ConsoleLoggerProvider(TextWriter errors, TimeProvider time) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new LineLogger(errors, time, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The writer belongs to the process.
    }

    private sealed class LineLogger(TextWriter errors, TimeProvider time, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():HH:mm:ss.fff} {logLevel} {category}[{eventId.Id}] {formatter(state, exception)}");
            errors.WriteLine(exception is null ? line : $"{line}\n{exception}");
        }
    }
}
