using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AgentRuntime.TestKit.Aws;

/// <summary>Switches that make a stand-in for AWS slow, or make it fail. Thread-safe.</summary>
public sealed class AwsFaults
{
    private readonly ConcurrentQueue<(string Code, string Message)> _next = new();
    private volatile TaskCompletionSource? _hold;
    private volatile Tuple<string, string>? _always;
    private volatile byte[]? _body;
    private int _intercepted;

    /// <summary>Which service is meant: <c>secretsmanager</c>, <c>sts</c>, or <c>null</c> for both.</summary>
    public string? Service { get; set; }

    /// <summary>How many requests were answered with a fault.</summary>
    public int Intercepted => Volatile.Read(ref _intercepted);

    /// <summary>Every request fails with this code until <see cref="Clear"/>.</summary>
    public void FailWith(string code, string message = "The stand-in was told to fail.") => _always = Tuple.Create(code, message);

    /// <summary>The next requests fail with this code.</summary>
    public void FailNext(string code, int times = 1, string message = "The stand-in was told to fail.")
    {
        for (var i = 0; i < times; i++)
        {
            _next.Enqueue((code, message));
        }
    }

    /// <summary>Every request is answered with this body and status 200.</summary>
    public void AnswerWith(byte[] body) => _body = body;

    /// <summary>Requests wait until the result is disposed.</summary>
    public IAsyncDisposable Hold()
    {
        _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Secrets.Undo(() => Interlocked.Exchange(ref _hold, null)?.TrySetResult());
    }

    /// <summary>No more faults.</summary>
    public void Clear()
    {
        _always = null;
        _body = null;
        _next.Clear();
        Interlocked.Exchange(ref _hold, null)?.TrySetResult();
    }

    /// <summary>Holds the request, or answers it with a fault and says so.</summary>
    public async Task<bool> InterceptAsync(HttpContext context, string service)
    {
        if (Service is not null && Service != service)
        {
            return false;
        }

        if (_hold is { } hold)
        {
            await hold.Task.WaitAsync(context.RequestAborted);
        }

        if (_body is { } body)
        {
            Interlocked.Increment(ref _intercepted);
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
            return true;
        }

        var fault = _next.TryDequeue(out var next) ? next : _always is { } always ? (always.Item1, always.Item2) : default;
        if (fault.Item1 is null)
        {
            return false;
        }

        Interlocked.Increment(ref _intercepted);
        await AwsAnswers.FailAsync(context, service, fault.Item1, fault.Item2);
        return true;
    }
}

/// <summary>The forms in which AWS answers.</summary>
internal static class AwsAnswers
{
    /// <summary>An error in the service's form; its status says nothing.</summary>
    public static async Task FailAsync(HttpContext context, string service, string code, string message)
    {
        context.Response.StatusCode = 400;
        context.Response.Headers["x-amzn-RequestId"] = Guid.NewGuid().ToString();
        var text = service == "sts"
            ? $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
            : JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["__type"] = code, ["Message"] = message });
        await context.Response.WriteAsync(text, context.RequestAborted);
    }
}
