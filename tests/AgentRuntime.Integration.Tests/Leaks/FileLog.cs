using Microsoft.Extensions.Logging;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>A log provider that writes everything it is given to a file: message, state, scopes, exceptions.</summary>
internal sealed class FileLog(string path) : ILoggerProvider
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Write(string line)
    {
        lock (_gate)
        {
            File.AppendAllText(path, line + "\n");
        }
    }

    private sealed class Logger(FileLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            log.Write($"scope {category} {GraphText.Of(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write($"{logLevel} {category} {eventId} {formatter(state, exception)} {GraphText.Of(state)} {exception}");
    }
}

/// <summary>Loggers of one provider.</summary>
internal sealed class OneProvider(ILoggerProvider provider) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => provider.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose() => provider.Dispose();
}
